import Messaging

extension BrokerConformanceCase {
    static let settling = [
        BrokerConformanceCase("an acknowledged message does not come again") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm(["a", "b", "c"], to: queue)
            let consumer = try await broker.consume(queue, prefetch: 10)
            let taken = try await run.take(3, from: consumer)
            try await consumer.settle([taken[0].tag, taken[2].tag], .acknowledge)
            await consumer.close()
            let again = try await run.take(1, from: try await broker.consume(queue, prefetch: 10))
            try expect(again.map(\.text), ["b"], "what came again")
            try expect(try await broker.status(of: [queue])[queue]?.ready, 0, "ready")
        },
        BrokerConformanceCase("a requeued message comes again in its place, marked as redelivered") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm((1...5).map(String.init), to: queue)
            let consumer = try await broker.consume(queue, prefetch: 3)
            let taken = try await run.take(3, from: consumer)
            try expect(taken.map(\.redelivered), [false, false, false], "marks of the first deliveries")
            try await consumer.settle(taken.map(\.tag), .requeue)
            let again = try await run.takeAndAcknowledge(3, from: consumer)
            try expect(again.map(\.text), ["1", "2", "3"], "what came again")
            try expect(again.map(\.redelivered), [true, true, true], "marks of the second deliveries")
            let rest = try await run.take(2, from: consumer)
            try expect(rest.map(\.text), ["4", "5"], "the rest")
            try expect(rest.map(\.redelivered), [false, false], "marks of the rest")
        },
        BrokerConformanceCase(
            "a message of a batch that is requeued goes to another consumer, and the others stay held"
        ) { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm((1...5).map(String.init), to: queue)
            let first = try await broker.consume(queue, prefetch: 5)
            let held = try await run.take(5, from: first)
            await first.cancel()
            try await first.settle([held[2].tag], .requeue)
            let second = try await broker.consume(queue, prefetch: 5)
            let given = try await run.take(1, from: second)
            try expect(given.map(\.text), ["3"], "what the other consumer got")
            // The end of the first consumer must return its deliveries, and not those that the second one holds now.
            await first.close()
            let again = try await run.take(4, from: second)
            try expect(again.map(\.text), ["1", "2", "4", "5"], "what came back with the end of the first")
            try await second.settle((given + again).map(\.tag), .acknowledge)
            try await run.expectNothing(from: second, "all was acknowledged")
        },
        BrokerConformanceCase(
            "a consumer that may hold more gets more beside what it holds, and gives all back in order"
        ) { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm((1...10).map(String.init), to: queue)
            let consumer = try await broker.consume(queue, prefetch: 3)
            var held = try await run.take(3, from: consumer)
            try await run.expectNothing(from: consumer, "three are held")
            try await consumer.holdMore(3)
            held += try await run.take(3, from: consumer)
            // What was taken before the limit rose can still be settled, and brings nothing to those that hold it.
            try await consumer.settle([held[1].tag], .acknowledge)
            try await consumer.holdMore(2)
            held += try await run.take(2, from: consumer)
            try await run.expectNothing(from: consumer, "two more are held")
            try await consumer.holdMore(1)
            held += try await run.take(1, from: consumer)
            try expect(held.map(\.text), (1...9).map(String.init), "what the consumer got")
            try expect(try await broker.status(of: [queue])[queue]?.consumers, 1, "consumers")
            await consumer.close()
            let again = try await run.take(9, from: try await broker.consume(queue, prefetch: 20))
            try expect(again.map(\.text), ["1"] + (3...10).map(String.init), "what came back")
        },
        BrokerConformanceCase("settling twice is harmless") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            let publisher = try await broker.makePublisher()
            try await publisher.confirm(["a", "b"], to: queue)
            let consumer = try await broker.consume(queue, prefetch: 2)
            let taken = try await run.take(2, from: consumer)
            try await consumer.settle(taken.map(\.tag), .acknowledge)
            try await consumer.settle(taken.map(\.tag), .requeue)
            try await consumer.settle([], .acknowledge)
            try await publisher.confirm(["c"], to: queue)
            try expect(try await run.take(1, from: consumer).map(\.text), ["c"], "what comes next")
        },
        BrokerConformanceCase(
            "a consumer that closes gives back its deliveries, in their place and marked as redelivered"
        ) { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm(["1", "2", "3"], to: queue)
            let first = try await broker.consume(queue, prefetch: 3)
            let taken = try await run.take(3, from: first)
            try await first.settle([taken[0].tag], .acknowledge)
            await first.close()
            try await run.eventually(broker, queue, ready: 2)
            try await broker.makePublisher().confirm(["4"], to: queue)
            let again = try await run.take(3, from: try await broker.consume(queue, prefetch: 10))
            try expect(again.map(\.text), ["2", "3", "4"], "order")
            try expect(again.map(\.redelivered), [true, true, false], "marks")
        },
        BrokerConformanceCase("a broker that closes gives back the deliveries of its consumers") { run in
            let queue = run.name("queue")
            let leaving = try await run.broker(with: Queue(name: queue))
            try await leaving.makePublisher().confirm(["a", "b"], to: queue)
            _ = try await run.take(2, from: try await leaving.consume(queue, prefetch: 10))
            let staying = try await run.broker()
            await leaving.close()
            let again = try await run.take(2, from: try await staying.consume(queue, prefetch: 10))
            try expect(again.map(\.text), ["a", "b"], "what came back")
            try expect(again.map(\.redelivered), [true, true], "marks")
        },
    ]
}
