import Messaging

extension BrokerConformanceCase {
    static let publishing = [
        BrokerConformanceCase("a message that no queue is bound for is returned") { run in
            let exchange = run.name("exchange")
            let broker = try await run.broker()
            let fanout = Exchange(name: exchange, kind: .fanout)
            try await broker.declare(Topology(exchanges: [fanout], queues: [], bindings: []))
            let outcomes = try await broker.makePublisher().publish([
                Publication(exchange: exchange, routingKey: "key", message: Message("to no queue")),
                Publication("to no queue", to: run.name("nowhere")),
            ])
            try expect(outcomes.count, 2, "number of outcomes")
            for outcome in outcomes {
                guard case .returned = outcome else { throw ConformanceFailure("\(outcome), expected .returned") }
            }
        },
        BrokerConformanceCase("a message to an exchange that does not exist is not confirmed") { run in
            let publisher = try await run.broker().makePublisher()
            let lost = Publication(exchange: run.name("nowhere"), routingKey: "key", message: Message("lost"))
            let outcomes = await publisher.publish([lost])
            try expect(outcomes.count == 1 && outcomes != [.confirmed], "outcomes: \(outcomes)")
        },
        BrokerConformanceCase("outcomes have the order of the publications") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            let outcomes = try await broker.makePublisher().publish(
                (0..<20).map { Publication("\($0)", to: $0.isMultiple(of: 3) ? run.name("nowhere") : queue) })
            let confirmed = outcomes.map { $0 == .confirmed }
            try expect(confirmed, (0..<20).map { !$0.isMultiple(of: 3) }, "confirmed")
            try expect(try await broker.makePublisher().publish([]), [], "outcomes of nothing")
        },
        BrokerConformanceCase("a fanout exchange delivers to every bound queue") { run in
            let (exchange, queues) = (run.name("exchange"), ["a", "b", "c"].map(run.name))
            let broker = try await run.broker()
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
                let delivery = try await run.take(1, from: consumer)[0]
                try expect(delivery.text, "once", "body")
                try expect(delivery.exchange, exchange, "exchange")
                try expect(delivery.routingKey, "user.event", "routing key")
                try expect(!delivery.redelivered, "a first delivery is marked as redelivered")
            }
            try expect(try await broker.status(of: [queues[2]])[queues[2]]?.ready, 0, "in the unbound queue")
        },
        BrokerConformanceCase("a queue that is bound twice to a fanout exchange gets a message once") { run in
            let (exchange, queue) = (run.name("exchange"), run.name("queue"))
            let broker = try await run.broker()
            try await broker.declare(
                Topology(
                    exchanges: [Exchange(name: exchange, kind: .fanout)], queues: [Queue(name: queue)],
                    bindings: ["x", "y"].map { Binding(exchange: exchange, queue: queue, routingKey: $0) }))
            let publisher = try await broker.makePublisher()
            try await publisher.confirm([Publication(exchange: exchange, routingKey: "x", message: Message("once"))])
            try await publisher.confirm(["after"], to: queue)
            let consumer = try await broker.consume(queue, prefetch: 10)
            try expect(try await run.take(2, from: consumer).map(\.text), ["once", "after"], "deliveries")
        },
        BrokerConformanceCase("a direct exchange delivers to the queues that are bound with exactly the key") { run in
            let (exchange, a, b) = (run.name("exchange"), run.name("a"), run.name("b"))
            let broker = try await run.broker()
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
            try expect(outcomes.prefix(2), [.confirmed, .confirmed], "outcomes of bound keys")
            for outcome in outcomes.suffix(2) {
                guard case .returned = outcome else { throw ConformanceFailure("\(outcome), expected .returned") }
            }
            let fromA = try await run.take(2, from: try await broker.consume(a, prefetch: 10))
            try expect(fromA.map(\.text), ["one", "both"], "in the first queue")
            let fromB = try await run.take(1, from: try await broker.consume(b, prefetch: 10))
            try expect(fromB.map(\.text), ["both"], "in the second queue")
        },
        BrokerConformanceCase("the default exchange delivers to the queue that the key names") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm(["direct"], to: queue)
            let delivery = try await run.take(1, from: try await broker.consume(queue, prefetch: 1))[0]
            try expect(delivery.exchange, "", "exchange")
            try expect(delivery.routingKey, queue, "routing key")
        },
        BrokerConformanceCase(
            "messages that many tasks publish at once arrive exactly once, those of each task in order"
        ) {
            run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
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
            for delivery in try await run.take(800, from: consumer) {
                let parts = delivery.text.split(separator: ":")
                seen[String(parts[0]), default: []].append(Int(parts[1]) ?? -1)
            }
            try expect(seen.count, 16, "number of tasks seen")
            for (task, numbers) in seen { try expect(numbers, Array(0..<50), "what came from task \(task)") }
        },
    ]
}
