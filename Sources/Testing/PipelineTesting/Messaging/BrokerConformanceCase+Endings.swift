import Messaging

extension BrokerConformanceCase {
    static let endings = [
        BrokerConformanceCase("cancelling a consumer ends its wait, and what it holds can still be settled") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm(["a", "b"], to: queue)
            let consumer = try await broker.consume(queue, prefetch: 2)
            let held = try await run.take(2, from: consumer)
            let waiting = Task { try await consumer.next(upTo: 1, linger: .zero) }
            await consumer.cancel()
            let none = try await run.inTime("the wait ends") { try await waiting.value }
            try expect(none.map(\.text), [], "what the wait gave")
            let after = try await run.inTime("no further wait") { try await consumer.next(upTo: 1, linger: .zero) }
            try expect(after.map(\.text), [], "what a later call gave")
            try await consumer.settle([held[0].tag], .acknowledge)
            try await consumer.settle([held[1].tag], .requeue)
            let again = try await run.take(1, from: try await broker.consume(queue, prefetch: 10))
            try expect(again.map(\.text), ["b"], "what came again")
        },
        BrokerConformanceCase("cancelling a task ends its wait, and the consumer continues") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            let consumer = try await broker.consume(queue, prefetch: 10)
            let waiting = Task { try await consumer.next(upTo: 1, linger: .zero) }
            waiting.cancel()
            let none = try await run.inTime("the wait ends") { try await waiting.value }
            try expect(none.map(\.text), [], "what the wait gave")
            try await broker.makePublisher().confirm(["a"], to: queue)
            try expect(try await run.take(1, from: consumer).map(\.text), ["a"], "what comes next")
        },
        BrokerConformanceCase("cancelling a task within the linger loses no delivery") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm(["a"], to: queue)
            let consumer = try await broker.consume(queue, prefetch: 10)
            let waiting = Task { try await consumer.next(upTo: 10, linger: .seconds(600)) }
            waiting.cancel()
            var seen = try await run.inTime("the wait ends") { try await waiting.value }.map(\.text)
            if seen.isEmpty { seen = try await run.take(1, from: consumer).map(\.text) }
            try expect(seen, ["a"], "what was given in the end")
        },
        BrokerConformanceCase("after its end a consumer delivers nothing and throws the cause") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            let consumer = try await broker.consume(queue, prefetch: 1)
            let waiting = Task { try await consumer.next(upTo: 1, linger: .zero) }
            try await run.eventually("the consumer is there") {
                try await broker.status(of: [queue])[queue]?.consumers == 1
            }
            await consumer.close()
            try await expectError(.closed, "the wait in progress") {
                _ = try await run.inTime("the wait ends") { try await waiting.value }
            }
            try await expectError(.closed, "next") { _ = try await consumer.next(upTo: 1, linger: .zero) }
            await consumer.close()
        },
        BrokerConformanceCase("after its end a broker does nothing and throws the cause") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            let publisher = try await broker.makePublisher()
            let consumer = try await broker.consume(queue, prefetch: 1)
            await broker.close()
            await broker.close()
            let outcomes = await publisher.publish([Publication("a", to: queue)])
            guard case .failed(let error)? = outcomes.first, error.code == .closed else {
                throw ConformanceFailure("\(outcomes), expected .failed(.closed)")
            }
            try await expectError(.closed, "next") { _ = try await consumer.next(upTo: 1, linger: .zero) }
            try await expectError(.closed, "declare") {
                try await broker.declare(Topology(exchanges: [], queues: [], bindings: []))
            }
            try await expectError(.closed, "consume") { _ = try await broker.consume(queue, prefetch: 1) }
            try await expectError(.closed, "status") { _ = try await broker.status(of: [queue]) }
        },
    ]
}
