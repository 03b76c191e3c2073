import Messaging

extension ConformanceCase {
    static let publishing = [
        ConformanceCase("what no queue is bound for is returned") { scene in
            let exchange = scene.name("exchange")
            let broker = try await scene.broker()
            let fanout = Exchange(name: exchange, kind: .fanout)
            try await broker.declare(Topology(exchanges: [fanout], queues: [], bindings: []))
            let outcomes = try await broker.makePublisher().publish([
                Publication(exchange: exchange, routingKey: "key", message: Message("to no queue")),
                Publication("to no queue", to: scene.name("nowhere")),
            ])
            try expectEqual(outcomes.count, 2, "number of outcomes")
            for outcome in outcomes {
                guard case .returned = outcome else { throw ConformanceFailure("\(outcome), expected .returned") }
            }
        },
        ConformanceCase("what is sent to an exchange that does not exist is not confirmed") { scene in
            let publisher = try await scene.broker().makePublisher()
            let lost = Publication(exchange: scene.name("nowhere"), routingKey: "key", message: Message("lost"))
            let outcomes = await publisher.publish([lost])
            try expect(outcomes.count == 1 && outcomes != [.confirmed], "outcomes: \(outcomes)")
        },
        ConformanceCase("outcomes stand in the order of the publications") { scene in
            let queue = scene.name("queue")
            let broker = try await scene.broker(with: Queue(name: queue))
            let outcomes = try await broker.makePublisher().publish(
                (0..<20).map { Publication("\($0)", to: $0.isMultiple(of: 3) ? scene.name("nowhere") : queue) })
            let confirmed = outcomes.map { $0 == .confirmed }
            try expectEqual(confirmed, (0..<20).map { !$0.isMultiple(of: 3) }, "confirmed")
            try expectEqual(try await broker.makePublisher().publish([]), [], "outcomes of nothing")
        },
        ConformanceCase("a fanout exchange gives to every bound queue") { scene in
            let (exchange, queues) = (scene.name("exchange"), ["a", "b", "c"].map(scene.name))
            let broker = try await scene.broker()
            try await broker.declare(
                Topology(
                    exchanges: [Exchange(name: exchange, kind: .fanout)],
                    queues: queues.map { Queue(name: $0) },
                    bindings: queues.prefix(2).map { Binding(exchange: exchange, queue: $0) }))
            try await broker.makePublisher().confirm([
                Publication(exchange: exchange, routingKey: "user.event", message: Message("once"))
            ])
            for queue in queues.prefix(2) {
                let consumer = try await broker.consume(queue, prefetch: 10)
                let delivery = try await scene.take(1, from: consumer)[0]
                try expectEqual(delivery.text, "once", "body")
                try expectEqual(delivery.exchange, exchange, "exchange")
                try expectEqual(delivery.routingKey, "user.event", "routing key")
                try expect(!delivery.redelivered, "a first delivery is marked as redelivered")
            }
            try expectEqual(try await broker.status(of: [queues[2]])[queues[2]]?.ready, 0, "in the unbound queue")
        },
        ConformanceCase("a queue that is bound twice to a fanout exchange gets a message once") { scene in
            let (exchange, queue) = (scene.name("exchange"), scene.name("queue"))
            let broker = try await scene.broker()
            try await broker.declare(
                Topology(
                    exchanges: [Exchange(name: exchange, kind: .fanout)], queues: [Queue(name: queue)],
                    bindings: ["x", "y"].map { Binding(exchange: exchange, queue: queue, routingKey: $0) }))
            let publisher = try await broker.makePublisher()
            try await publisher.confirm([Publication(exchange: exchange, routingKey: "x", message: Message("once"))])
            try await publisher.confirm(["after"], to: queue)
            let consumer = try await broker.consume(queue, prefetch: 10)
            try expectEqual(try await scene.take(2, from: consumer).map(\.text), ["once", "after"], "deliveries")
        },
        ConformanceCase("a direct exchange gives to the queues that are bound with the very key") { scene in
            let (exchange, a, b) = (scene.name("exchange"), scene.name("a"), scene.name("b"))
            let broker = try await scene.broker()
            try await broker.declare(
                Topology(
                    exchanges: [Exchange(name: exchange, kind: .direct)],
                    queues: [Queue(name: a), Queue(name: b)],
                    bindings: [
                        Binding(exchange: exchange, queue: a, routingKey: "one"),
                        Binding(exchange: exchange, queue: a, routingKey: "both"),
                        Binding(exchange: exchange, queue: b, routingKey: "both"),
                    ]))
            let outcomes = try await broker.makePublisher().publish(
                ["one", "both", "neither", "One"].map {
                    Publication(exchange: exchange, routingKey: $0, message: Message($0))
                })
            try expectEqual(outcomes.prefix(2), [.confirmed, .confirmed], "outcomes of bound keys")
            for outcome in outcomes.suffix(2) {
                guard case .returned = outcome else { throw ConformanceFailure("\(outcome), expected .returned") }
            }
            let fromA = try await scene.take(2, from: try await broker.consume(a, prefetch: 10))
            try expectEqual(fromA.map(\.text), ["one", "both"], "in the first queue")
            let fromB = try await scene.take(1, from: try await broker.consume(b, prefetch: 10))
            try expectEqual(fromB.map(\.text), ["both"], "in the second queue")
        },
        ConformanceCase("the default exchange gives to the queue that the key names") { scene in
            let queue = scene.name("queue")
            let broker = try await scene.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm(["direct"], to: queue)
            let delivery = try await scene.take(1, from: try await broker.consume(queue, prefetch: 1))[0]
            try expectEqual(delivery.exchange, "", "exchange")
            try expectEqual(delivery.routingKey, queue, "routing key")
        },
        ConformanceCase("what many tasks publish at once is there exactly once, each task's in its order") { scene in
            let queue = scene.name("queue")
            let broker = try await scene.broker(with: Queue(name: queue))
            let publisher = try await broker.makePublisher()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<16 {
                    group.addTask {
                        for batch in 0..<10 {
                            try await publisher.confirm((0..<5).map { "\(task):\(batch * 5 + $0)" }, to: queue)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let consumer = try await broker.consume(queue, prefetch: 1_000)
            var seen: [String: [Int]] = [:]
            for delivery in try await scene.take(800, from: consumer) {
                let parts = delivery.text.split(separator: ":")
                seen[String(parts[0]), default: []].append(Int(parts[1]) ?? -1)
            }
            try expectEqual(seen.count, 16, "number of tasks seen")
            for (task, numbers) in seen { try expectEqual(numbers, Array(0..<50), "what came from task \(task)") }
        },
    ]
}
