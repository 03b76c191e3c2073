import Messaging

extension BrokerConformanceCase {
    static let consuming = [
        BrokerConformanceCase("messages arrive in the order of their publication") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm((0..<300).map(String.init), to: queue)
            let consumer = try await broker.consume(queue, prefetch: 40)
            var seen: [String] = []
            while seen.count < 300 {
                seen += try await run.takeAndAcknowledge(min(30, 300 - seen.count), from: consumer).map(\.text)
            }
            try expect(seen, (0..<300).map(String.init), "order")
        },
        BrokerConformanceCase("a consumer never holds more than its prefetch") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm((0..<10).map(String.init), to: queue)
            let consumer = try await broker.consume(queue, prefetch: 3)
            let held = try await consumer.next(upTo: 10, linger: .milliseconds(200))
            try expect(held.map(\.text), ["0", "1", "2"], "what is held")
            try await run.expectNothing(from: consumer, "with the prefetch used up")
            try await consumer.settle([held[1].tag], .acknowledge)
            try expect(try await run.take(1, from: consumer).map(\.text), ["3"], "after one was acknowledged")
            try await run.expectNothing(from: consumer, "with the prefetch used up again")
        },
        BrokerConformanceCase("a batch is complete when there are enough messages") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            let publisher = try await broker.makePublisher()
            let consumer = try await broker.consume(queue, prefetch: 100)
            try await publisher.confirm(["1"], to: queue)
            // Far longer than the timeout of a run: only the third message can end it.
            let batch = Task { try await consumer.next(upTo: 3, linger: .seconds(600)) }
            try await publisher.confirm(["2"], to: queue)
            try await publisher.confirm(["3"], to: queue)
            let deliveries = try await run.inTime("a batch of three") { try await batch.value }
            try expect(deliveries.map(\.text), ["1", "2", "3"], "batch")
        },
        BrokerConformanceCase("a batch waits for further messages no longer than the linger") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            let consumer = try await broker.consume(queue, prefetch: 100)
            let batch = Task { try await consumer.next(upTo: 100, linger: .milliseconds(300)) }
            try await broker.makePublisher().confirm(["1", "2"], to: queue)
            let deliveries = try await run.inTime("an incomplete batch") { try await batch.value }
            try expect(deliveries.map(\.text), ["1", "2"], "batch")
        },
        BrokerConformanceCase("two consumers share a queue, and each message goes to one of them") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            let consumers = [
                try await broker.consume(queue, prefetch: 10),
                try await run.broker().consume(queue, prefetch: 10),
            ]
            try await broker.makePublisher().confirm((0..<20).map(String.init), to: queue)
            // Each consumer takes its whole prefetch, so that both must have a share.
            async let first = run.take(10, from: consumers[0])
            async let second = run.take(10, from: consumers[1])
            let seen = try await (first + second).compactMap { Int($0.text) }
            try expect(seen.sorted(), Array(0..<20), "what both got")
        },
        BrokerConformanceCase("a consumer of one process is woken by a publisher of another") { run in
            let queue = run.name("queue")
            let consumer = try await run.broker(with: Queue(name: queue)).consume(queue, prefetch: 10)
            let publisher = try await run.broker().makePublisher()
            for round in 0..<5 {
                async let delivery = run.takeAndAcknowledge(1, from: consumer)
                try await publisher.confirm(["\(round)"], to: queue)
                try expect(try await delivery.map(\.text), ["\(round)"], "delivery")
            }
        },
        BrokerConformanceCase("in a queue with priorities the highest priority comes first, and equal ones in order") {
            run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue, maxPriority: 5))
            let priorities: [UInt8] = [0, 3, 5, 0, 9, 3, 1]
            try await broker.makePublisher().confirm(
                priorities.enumerated().map { index, priority in
                    Publication("\(index)", to: queue, properties: MessageProperties(priority: priority))
                })
            try await run.eventually(broker, queue, ready: 7)
            let consumer = try await broker.consume(queue, prefetch: 10)
            // A priority (9) above the queue's highest (5) counts as the highest.
            let order = try await run.take(7, from: consumer).map(\.text)
            try expect(order, ["2", "4", "1", "5", "6", "0", "3"], "order")
        },
        BrokerConformanceCase("a later message with a higher priority overtakes waiting messages, not held ones") {
            run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue, maxPriority: 5))
            let publisher = try await broker.makePublisher()
            try await publisher.confirm(["a", "b", "c"], to: queue)
            try await run.eventually(broker, queue, ready: 3)
            let consumer = try await broker.consume(queue, prefetch: 2)
            let held = try await run.take(2, from: consumer)
            try await publisher.confirm([Publication("urgent", to: queue, properties: MessageProperties(priority: 5))])
            try await run.eventually(broker, queue, ready: 2)
            try await consumer.settle(held.map(\.tag), .acknowledge)
            let order = (held + (try await run.take(2, from: consumer))).map(\.text)
            try expect(order, ["a", "b", "urgent", "c"], "order")
        },
    ]
}
