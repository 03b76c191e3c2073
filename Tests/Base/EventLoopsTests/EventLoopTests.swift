import Dispatch
import EventLoops
import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@Suite("Event loop", .timeLimit(.minutes(5)))
struct EventLoopTests {
    let loop = EventLoop(label: "test.loop")

    @Test("an actor of the loop runs on its thread, and plain calls there enter the actor")
    func isolation() async {
        let counter = Counter(loop)
        #expect(await counter.isOnLoop)
        #expect(!loop.isCurrent)
        let seen = await withCheckedContinuation { continuation in
            loop.schedule { continuation.resume(returning: counter.assumeIsolated { $0.add() }) }
        }
        #expect(seen == 1)
    }

    @Test("a caller on the loop enters an actor at once, another one soon")
    func entering() async {
        let counter = Counter(loop)
        let seen = await withCheckedContinuation { continuation in
            loop.schedule {
                let numbers = Mutex<[Int]>([])
                counter.enterLater { counter in
                    numbers.withLock { $0.append(counter.add()) }
                    continuation.resume(returning: numbers.withLock { $0 })
                }
                counter.enter { counter in numbers.withLock { $0.append(counter.add() * 10) } }
                numbers.withLock { $0.append(0) }
            }
        }
        #expect(seen == [10, 0, 2])
        let last = await withCheckedContinuation { continuation in
            counter.enter { continuation.resume(returning: $0.add()) }
        }
        #expect(last == 3)
    }

    @Test("what many threads schedule at once runs once each, in the order of each thread")
    func manyThreads() async {
        let (threads, each) = (8, 5_000)
        let seen = Mutex(Array(repeating: [Int](), count: threads))
        await withCheckedContinuation { continuation in
            let done = Mutex(0)
            for thread in 0..<threads {
                DispatchQueue.global().async {
                    for number in 0..<each {
                        loop.schedule {
                            seen.withLock { $0[thread].append(number) }
                            let count = done.withLock {
                                $0 += 1
                                return $0
                            }
                            if count == threads * each { continuation.resume() }
                        }
                    }
                }
            }
        }
        seen.withLock { seen in
            for numbers in seen { #expect(numbers == Array(0..<each)) }
        }
    }

    @Test("a task that prefers the loop stays on it before, between and after calls of the loop's actors")
    func preference() async {
        let counter = Counter(loop)
        let places = await Task(executorPreference: EventLoopTaskExecutor(sharing: loop)) {
            var places = [loop.isCurrent]
            for _ in 0..<3 {
                _ = await counter.add()
                await Task.yield()
                places.append(loop.isCurrent)
            }
            return places
        }.value
        #expect(places == [true, true, true, true])
        #expect(await counter.count == 3)
    }

    @Test("timers fire in the order of their deadlines, and those of one deadline in the order they were made")
    func timers() async {
        let fired = Recorder<Int>()
        await withCheckedContinuation { continuation in
            loop.schedule {
                loop.schedule(after: .milliseconds(60)) { continuation.resume() }
                loop.schedule(after: .milliseconds(30)) { fired.append(3) }
                loop.schedule(after: .milliseconds(1)) { fired.append(2) }
                loop.schedule(after: .zero) { fired.append(0) }
                loop.schedule(after: .seconds(-1)) { fired.append(1) }
            }
        }
        // What was due already first, by deadline.
        #expect(fired.entries == [1, 0, 2, 3])
    }

    @Test("a timer does not fire before its time")
    func timeout() async {
        let start = ContinuousClock.now
        await withCheckedContinuation { continuation in
            loop.schedule(after: .milliseconds(25)) { continuation.resume() }
        }
        #expect(ContinuousClock.now - start >= .milliseconds(25))
    }

    @Test("a timer that was cancelled never fires, and lets go of what it held")
    func cancelledTimer() async {
        let fired = Mutex(false)
        weak var held: Counter?
        do {
            let counter = Counter(loop)
            held = counter
            let timer = loop.schedule(after: .milliseconds(20)) {
                fired.withLock { $0 = true }
                _ = counter
            }
            loop.cancel(timer)
        }
        #expect(held == nil)
        await withCheckedContinuation { continuation in
            loop.schedule(after: .milliseconds(40)) { continuation.resume() }
        }
        #expect(!fired.withLock { $0 })
    }

    @Test("work that always makes new work keeps neither descriptors nor timers out")
    func fairness() async throws {
        let pipe = try Pipe()
        let busy = Busy(loop)
        busy.run()
        let watch = Mutex<DescriptorWatch?>(nil)
        await withCheckedContinuation { continuation in
            watch.withLock { own in
                own = loop.watch(pipe.reading, for: .readable) {
                    pipe.readAll()
                    loop.schedule(after: .milliseconds(1)) { continuation.resume() }
                }
                own?.arm()
            }
            pipe.write()
        }
        busy.stop()
        watch.withLock { $0?.cancel() }
    }

    @Test("a watch calls as long as its descriptor is ready, not while it is disarmed, and never after its end")
    func watching() async throws {
        let pipe = try Pipe()
        let calls = Mutex(0)
        let watch = loop.watch(pipe.reading, for: .readable) { calls.withLock { $0 += 1 } }
        pipe.write()
        await turn()
        #expect(calls.withLock { $0 } == 0)
        watch.arm()
        while calls.withLock({ $0 }) < 3 { await turn() }
        await onLoop { watch.disarm() }
        let count = calls.withLock { $0 }
        await turn()
        #expect(calls.withLock { $0 } == count)
        watch.arm()
        while calls.withLock({ $0 }) == count { await turn() }
        await onLoop { watch.cancel() }
        let last = calls.withLock { $0 }
        watch.arm()
        await turn()
        #expect(calls.withLock { $0 } == last)
    }

    @Test("a handler that disarms another watch keeps it from being called, even if both were ready")
    func disarmingEachOther() async throws {
        let (first, second) = (try Pipe(), try Pipe())
        let watches = Mutex<[DescriptorWatch]>([])
        let calls = Mutex(0)
        await withCheckedContinuation { continuation in
            loop.schedule {
                for pipe in [first, second] {
                    let watch = loop.watch(pipe.reading, for: .readable) {
                        calls.withLock { $0 += 1 }
                        for watch in watches.withLock({ $0 }) { watch.cancel() }
                        loop.schedule { continuation.resume() }
                    }
                    watches.withLock { $0.append(watch) }
                    pipe.write()
                    watch.arm()
                }
            }
        }
        await turn()
        #expect(calls.withLock { $0 } == 1)
    }

    @Test("a watch for room calls at once where there is room")
    func writable() async throws {
        let pipe = try Pipe()
        let watch = Mutex<DescriptorWatch?>(nil)
        await withCheckedContinuation { continuation in
            watch.withLock { own in
                own = loop.watch(pipe.writing, for: .writable) {
                    watch.withLock { $0?.cancel() }
                    continuation.resume()
                }
                own?.arm()
            }
        }
    }

    @Test("a descriptor that is closed after its watch was cancelled, on another thread, is closed for its peer too")
    func closing() async throws {
        let pipe = try Pipe()
        let watch = loop.watch(pipe.writing, for: .readable) {}
        watch.arm()
        await turn()
        watch.cancel()
        pipe.closeWriting()
        // The read ends only when nobody has the other end open.
        #expect(await pipe.readEnd())
    }

    @Test("the thread has the loop's name, and ends when the loop is gone, after the work that it had")
    func thread() async throws {
        var loop: EventLoop? = EventLoop(label: "test.ending")
        await withCheckedContinuation { continuation in loop?.schedule { continuation.resume() } }
        #expect(Self.threadNames().contains("test.ending"))
        let ran = Mutex(false)
        loop?.schedule { ran.withLock { $0 = true } }
        loop = nil
        while Self.threadNames().contains("test.ending") { await Task.yield() }
        #expect(ran.withLock { $0 })
    }

    private static func threadNames() -> [String] {
        guard let names = try? FileSystem.list("/proc/self/task") else { return [] }
        return names.compactMap { name in
            (try? FileSystem.contents(of: "/proc/self/task/\(name)/comm")).map {
                String(decoding: $0.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            }
        }
    }

    /// Returns when the loop has looked at its descriptors once more.
    private func turn() async {
        await withCheckedContinuation { continuation in
            loop.schedule(after: .milliseconds(2)) { loop.schedule(after: .zero) { continuation.resume() } }
        }
    }

    private func onLoop(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            loop.schedule {
                body()
                continuation.resume()
            }
        }
    }
}

private actor Counter: EventLoopActor {
    nonisolated let executor: EventLoop
    private(set) var count = 0

    init(_ loop: EventLoop) {
        executor = loop
    }

    var isOnLoop: Bool { executor.isCurrent }

    func add() -> Int {
        count += 1
        return count
    }
}

/// Work that makes new work until it is stopped.
private final class Busy: Sendable {
    private let loop: EventLoop
    private let isStopped = Mutex(false)

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    func run() {
        guard !isStopped.withLock({ $0 }) else { return }
        loop.schedule { self.run() }
    }

    func stop() {
        isStopped.withLock { $0 = true }
    }
}

/// A pipe without blocking.
private final class Pipe: Sendable {
    let reading: Int32
    let writing: Int32
    private let isWritingClosed = Mutex(false)

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemError(errorNumber: errno, operation: "pipe") }
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        closeWriting()
    }

    func write() {
        _ = Glibc.write(writing, [1], 1)
    }

    func readAll() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(reading, &bytes, bytes.count) > 0 {}
    }

    func closeWriting() {
        isWritingClosed.withLock { isClosed in
            if !isClosed { close(writing) }
            isClosed = true
        }
    }

    /// Whether the end comes within ten seconds.
    func readEnd() async -> Bool {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [reading] in
                var descriptor = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
                poll(&descriptor, 1, 60_000)
                var byte: UInt8 = 0
                continuation.resume(returning: read(reading, &byte, 1) == 0)
            }
        }
    }
}
