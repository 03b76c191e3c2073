import Messaging
import PipelineTesting
import Synchronization
import TestSupport
import Testing

@testable import Embedded

@Suite struct QueueEngineTimingTests {
    @Test("turns leave no timers behind, however many there were")
    func timers() async throws {
        let fixture = try QueueFixture()
        let broker = try await fixture.open(with: Queue(name: "work", messageTTL: 60_000))
        let consumer = try await broker.consume("work", prefetch: 10)
        for number in 1...300 {
            try await broker.publish(["\(number)"], to: "work")
            // The consumer waits for more, and each of these turns asks for an earlier time than the one before.
            let deliveries = try await consumer.next(upTo: 2, linger: .milliseconds(1))
            try await consumer.settle(deliveries.map(\.tag), .acknowledge)
        }
        try await eventually("few timers are set") {
            broker.engine.core.withLock { $0.schedule.timers } <= 2
        }
        await consumer.close()
        await broker.close()
    }
}
