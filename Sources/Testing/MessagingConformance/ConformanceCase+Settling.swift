import Messaging

extension ConformanceCase {
    static let settling = [
        ConformanceCase("what is acknowledged does not come again") { scene in
            let queue = scene.name("queue")
            let broker = try await scene.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm(["a", "b", "c"], to: queue)
            let consumer = try await broker.consume(queue, prefetch: 10)
            let taken = try await scene.take(3, from: consumer)
            try await consumer.settle([taken[0].tag, taken[2].tag], .acknowledge)
            await consumer.close()
            let again = try await scene.take(1, from: try await broker.consume(queue, prefetch: 10))
            try expectEqual(again.map(\.text), ["b"], "what came again")
            try expectEqual(try await broker.status(of: [queue])[queue]?.ready, 0, "ready")
        },
        ConformanceCase("what is requeued comes again in its place, marked") { scene in
            let queue = scene.name("queue")
            let broker = try await scene.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm((1...5).map(String.init), to: queue)
            let consumer = try await broker.consume(queue, prefetch: 3)
            let taken = try await scene.take(3, from: consumer)
            try expectEqual(taken.map(\.redelivered), [false, false, false], "marks of the first deliveries")
            try await consumer.settle(taken.map(\.tag), .requeue)
            let again = try await scene.takeAndAcknowledge(3, from: consumer)
            try expectEqual(again.map(\.text), ["1", "2", "3"], "what came again")
            try expectEqual(again.map(\.redelivered), [true, true, true], "marks of the second deliveries")
            let rest = try await scene.take(2, from: consumer)
            try expectEqual(rest.map(\.text), ["4", "5"], "the rest")
            try expectEqual(rest.map(\.redelivered), [false, false], "marks of the rest")
        },
        ConformanceCase("one of a batch that is requeued goes to another consumer, the others stay held") { scene in
            let queue = scene.name("queue")
            let broker = try await scene.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm((1...5).map(String.init), to: queue)
            let first = try await broker.consume(queue, prefetch: 5)
            let held = try await scene.take(5, from: first)
            await first.cancel()
            try await first.settle([held[2].tag], .requeue)
            let second = try await broker.consume(queue, prefetch: 5)
            let given = try await scene.take(1, from: second)
            try expectEqual(given.map(\.text), ["3"], "what the other consumer got")
            // The first one's end must bring back what it holds, and not what the second one holds by now.
            await first.close()
            let again = try await scene.take(4, from: second)
            try expectEqual(again.map(\.text), ["1", "2", "4", "5"], "what came back with the end of the first")
            try await second.settle((given + again).map(\.tag), .acknowledge)
            try await scene.expectNothing(from: second, "all was acknowledged")
        },
        ConformanceCase("settling twice does no harm") { scene in
            let queue = scene.name("queue")
            let broker = try await scene.broker(with: Queue(name: queue))
            let publisher = try await broker.makePublisher()
            try await publisher.confirm(["a", "b"], to: queue)
            let consumer = try await broker.consume(queue, prefetch: 2)
            let taken = try await scene.take(2, from: consumer)
            try await consumer.settle(taken.map(\.tag), .acknowledge)
            try await consumer.settle(taken.map(\.tag), .requeue)
            try await consumer.settle([], .acknowledge)
            try await publisher.confirm(["c"], to: queue)
            try expectEqual(try await scene.take(1, from: consumer).map(\.text), ["c"], "what comes next")
        },
        ConformanceCase("a consumer that closes gives back what it holds, in its place and marked") { scene in
            let queue = scene.name("queue")
            let broker = try await scene.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm(["1", "2", "3"], to: queue)
            let first = try await broker.consume(queue, prefetch: 3)
            let taken = try await scene.take(3, from: first)
            try await first.settle([taken[0].tag], .acknowledge)
            await first.close()
            try await scene.eventually(broker, queue, ready: 2)
            try await broker.makePublisher().confirm(["4"], to: queue)
            let again = try await scene.take(3, from: try await broker.consume(queue, prefetch: 10))
            try expectEqual(again.map(\.text), ["2", "3", "4"], "order")
            try expectEqual(again.map(\.redelivered), [true, true, false], "marks")
        },
        ConformanceCase("a broker that closes gives back what its consumers hold") { scene in
            let queue = scene.name("queue")
            let leaving = try await scene.broker(with: Queue(name: queue))
            try await leaving.makePublisher().confirm(["a", "b"], to: queue)
            _ = try await scene.take(2, from: try await leaving.consume(queue, prefetch: 10))
            let staying = try await scene.broker()
            await leaving.close()
            let again = try await scene.take(2, from: try await staying.consume(queue, prefetch: 10))
            try expectEqual(again.map(\.text), ["a", "b"], "what came back")
            try expectEqual(again.map(\.redelivered), [true, true], "marks")
        },
    ]
}
