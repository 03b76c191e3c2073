import Messaging

extension BrokerConformanceCase {
    static let limits = [
        BrokerConformanceCase("a full queue moves its oldest messages to the dead-letter exchange") { run in
            let (exchange, work, dead) = (run.name("dlx"), run.name("work"), run.name("dead"))
            let broker = try await run.broker()
            try await broker.declare(
                Topology(
                    exchanges: [Exchange(name: exchange, kind: .fanout)],
                    queues: [Queue(name: work, maxLength: 3, deadLetterExchange: exchange), Queue(name: dead)],
                    bindings: [Binding(exchange: exchange, queue: dead)]))
            try await broker.makePublisher().confirm((1...5).map(String.init), to: work)
            let dropped = try await run.take(2, from: try await broker.consume(dead, prefetch: 10))
            try expect(dropped.map(\.text), ["1", "2"], "what was dropped")
            guard case .array(let deaths)? = dropped[0].message.properties.headers["x-death"],
                case .table(let death)? = deaths.first
            else { throw ConformanceFailure("no x-death in \(dropped[0].message.properties.headers)") }
            try expect(death["reason"], .string("maxlen"), "reason")
            try expect(death["queue"], .string(work), "queue")
            try await run.eventually(broker, work, ready: 3)
            let kept = try await run.take(3, from: try await broker.consume(work, prefetch: 10))
            try expect(kept.map(\.text), ["3", "4", "5"], "what was kept")
        },
        BrokerConformanceCase("the length of a queue does not count messages that consumers hold") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue, maxLength: 3))
            let publisher = try await broker.makePublisher()
            try await publisher.confirm(["1", "2", "3"], to: queue)
            let first = try await broker.consume(queue, prefetch: 3)
            _ = try await run.take(3, from: first)
            try await publisher.confirm(["4", "5", "6"], to: queue)
            let second = try await broker.consume(queue, prefetch: 3)
            try expect(try await run.take(3, from: second).map(\.text), ["4", "5", "6"], "what waited")
        },
        BrokerConformanceCase("a full queue that rejects publications keeps its messages until there is room") { run in
            let (exchange, full, roomy) = (run.name("exchange"), run.name("full"), run.name("roomy"))
            let broker = try await run.broker()
            try await broker.declare(
                Topology(
                    exchanges: [Exchange(name: exchange, kind: .fanout)],
                    queues: [Queue(name: full, maxLength: 2, overflow: .rejectPublish), Queue(name: roomy)],
                    bindings: [full, roomy].map { Binding(exchange: exchange, queue: $0) }))
            let publisher = try await broker.makePublisher()
            func publish(_ text: String) async -> [PublishOutcome] {
                await publisher.publish([Publication(exchange: exchange, routingKey: "", message: Message(text))])
            }
            try expect(await publish("1") + publish("2"), [.confirmed, .confirmed], "while there is room")
            try await run.eventually(broker, full, ready: 2)
            let refused = await publish("3")
            guard case .rejected? = refused.first else { throw ConformanceFailure("\(refused), expected .rejected") }
            let consumer = try await broker.consume(full, prefetch: 10)
            let kept = try await run.takeAndAcknowledge(2, from: consumer)
            try expect(kept.map(\.text), ["1", "2"], "what the full queue kept")
            try expect(await publish("4"), [.confirmed], "with room again")
            try expect(try await run.take(1, from: consumer).map(\.text), ["4"], "what came after")
            let others = try await run.take(4, from: try await broker.consume(roomy, prefetch: 10))
            try expect(others.map(\.text), ["1", "2", "3", "4"], "what the other queue got")
        },
    ]

    static let delays = [
        BrokerConformanceCase("a delay queue returns messages to its work queue alone, and every time") { run in
            let (exchange, work, other) = (run.name("exchange"), run.name("work"), run.name("other"))
            let delay = run.name("work.retry")
            let broker = try await run.broker()
            try await broker.declare(
                Topology(
                    exchanges: [Exchange(name: exchange, kind: .fanout)],
                    queues: [
                        Queue(name: work), Queue(name: other),
                        Queue(name: delay, messageTTL: 60, deadLetterExchange: "", deadLetterRoutingKey: work),
                    ],
                    bindings: [work, other].map { Binding(exchange: exchange, queue: $0) }))
            let publisher = try await broker.makePublisher()
            try await publisher.confirm([Publication(exchange: exchange, routingKey: "", message: Message("a"))])
            let consumer = try await broker.consume(work, prefetch: 1)
            var delivery = try await run.take(1, from: consumer)[0]
            for _ in 0..<2 {
                var message = delivery.message
                message.properties.headers["attempts"] = .integer(1)
                let started = ContinuousClock.now
                try await publisher.confirm([Publication(exchange: "", routingKey: delay, message: message)])
                try await consumer.settle([delivery.tag], .acknowledge)
                delivery = try await run.take(1, from: consumer)[0]
                let waited = ContinuousClock.now - started
                try expect(waited >= .milliseconds(50), "it came back after \(waited) already")
                try expect(delivery.text, "a", "body")
                try expect(delivery.exchange, "", "exchange")
                try expect(delivery.routingKey, work, "routing key")
                try expect(delivery.message.properties.headers["attempts"], .integer(1), "the worker's header")
            }
            try expect(try await broker.status(of: [other])[other]?.ready, 1, "ready in the other work queue")
        }
    ]
}
