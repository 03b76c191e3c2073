import Glibc
import Synchronization
import TestSupport
import Testing

@testable import EventLoops

@Suite("What a loop watches, beside a system without memory", .timeLimit(.minutes(5)))
struct DescriptorTableTests {
    /// Descriptor tables of the system that have no memory for so many changes.
    private final class System: Sendable {
        let refusals: Mutex<Int>

        init(refusing count: Int) {
            refusals = Mutex(count)
        }

        func apply(_ change: DescriptorTable.Change) -> Int32 {
            guard change.kind != .remove else { return 0 }
            return refusals.withLock { left in
                left -= 1
                return left >= 0 ? ENOMEM : 0
            }
        }
    }

    private func watch(_ descriptor: Int32, of core: EventLoopCore) -> DescriptorWatch {
        DescriptorWatch(descriptor, .readable, handler: {}, core: core)
    }

    @Test("a watch that the system has no memory for is kept, and told again until it is taken")
    func retrying() {
        let system = System(refusing: 3)
        let core = EventLoopCore()
        var table = DescriptorTable { system.apply($0) }
        var taken = [table.add(watch(3, of: core)), table.add(watch(4, of: core))]
        #expect(taken == [false, false])
        taken = [table.retry(), table.retry()]
        #expect(taken == [false, true], "one of both at first, then the other")
        #expect(system.refusals.withLock { $0 } == -2)
        taken = [table.retry()]
        #expect(taken == [true], "nothing is left to be told")
        #expect(system.refusals.withLock { $0 } == -2)
    }

    @Test("a watch that has been disarmed meanwhile is not told any more")
    func disarmed() {
        let system = System(refusing: 1)
        let watch = watch(3, of: EventLoopCore())
        var table = DescriptorTable { system.apply($0) }
        let isTaken = table.add(watch)
        #expect(!isTaken)
        table.remove(watch, forGood: true)
        let isOver = table.retry()
        #expect(isOver)
        #expect(system.refusals.withLock { $0 } == 0)
    }

    @Test("a loop goes on where the system has no memory for a watch, and calls the watch once it has")
    func loop() async throws {
        let refusals = Mutex(2)
        let loop = EventLoop(
            label: "test.memory",
            EventLoopCore { change, epoll in
                let isRefused = refusals.withLock { left in
                    left -= 1
                    return left >= 0
                }
                return isRefused ? ENOSPC : change.apply(to: epoll)
            })
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let calls = Mutex(0)
        let reading = ends[0]
        let watch = loop.watch(reading, for: .readable) {
            var byte: UInt8 = 0
            if read(reading, &byte, 1) == 1 { calls.withLock { $0 += 1 } }
        }
        watch.arm()
        #expect(refusals.withLock { $0 } == 1)
        #expect(write(ends[1], "x", 1) == 1)
        try await eventually("a call") { calls.withLock { $0 } == 1 }
        #expect(refusals.withLock { $0 } == -1)
        watch.cancel()
    }
}
