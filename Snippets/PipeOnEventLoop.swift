//! Reads a pipe on an event loop, waits for a reply with a deadline, tries again after growing delays, and lets an actor
//! block a queue of its own.

import Dispatch
import EventLoops
import Glibc

/// Counts the bytes that a pipe brings. Its methods and the handler of its watch run on the loop's thread.
actor PipeReader: EventLoopActor {
    nonisolated let executor: EventLoop
    /// Set at the end of the pipe.
    nonisolated let total = Latch<Int>()
    private let descriptor: Int32
    private var watch: DescriptorWatch?
    private var count = 0

    init(descriptor: Int32, on loop: EventLoop) {
        self.descriptor = descriptor
        executor = loop
    }

    func start() {
        let watch = executor.watch(descriptor, for: .readable) { [weak self] in
            self?.assumeIsolated { $0.readable() }
        }
        watch.arm()
        self.watch = watch
    }

    private func readable() {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let received = read(descriptor, &buffer, buffer.count)
        if received > 0 {
            count += received
        } else {
            // A descriptor is closed after the watch is cancelled, and not before.
            watch?.cancel()
            close(descriptor)
            total.set(count)
        }
    }
}

struct TimeoutError: Error {}

/// Asks a service that replies by a callback, and stops waiting after `timeout`.
func reply(
    within timeout: Duration, on loop: EventLoop,
    from service: @Sendable (_ reply: @escaping @Sendable (String) -> Void) -> Void
) async throws -> String {
    let once = Once<String, any Error>()
    let timer = loop.schedule(after: timeout) { once.resume(throwing: TimeoutError()) }
    defer { loop.cancel(timer) }
    return try await withCheckedThrowingContinuation { continuation in
        if once.expect(continuation) { service { once.resume(returning: $0) } }
    }
}

/// Does what blocks. The queue's thread waits, and no thread of Swift's pool does.
actor SlowStore {
    private let executor = QueueExecutor(label: "example.store")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func commit() -> String {
        usleep(1_000)
        return "committed"
    }
}

let loop = EventLoop(label: "example")

// Another thread, or another process, writes.
var ends: [Int32] = [-1, -1]
guard pipe(&ends) == 0 else { fatalError("the system has no pipe") }
let pipeReader = PipeReader(descriptor: ends[0], on: loop)
await pipeReader.start()
let writing = ends[1]
DispatchQueue.global().async {
    for line in ["one\n", "two\n", "three\n"] { _ = write(writing, line, line.utf8.count) }
    close(writing)
}
print("the pipe brought \(await pipeReader.total.wait() ?? 0) bytes")

// The first two replies are lost.
let backoff = Backoff(initial: .milliseconds(10), maximum: .milliseconds(50))
var generator = SystemRandomNumberGenerator()
var failures = 0
while true {
    do {
        let isReachable = failures == 2
        let answer = try await reply(within: .milliseconds(20), on: loop) { [loop] reply in
            if isReachable { loop.schedule(after: .milliseconds(1)) { reply("hello") } }
        }
        print("\(answer) after \(failures) failures")
        break
    } catch is TimeoutError {
        failures += 1
        try await Task.sleep(for: backoff.delay(afterFailures: failures, using: &generator))
    }
}

print(await SlowStore().commit())
