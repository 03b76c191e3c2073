import Messaging

extension BrokerConformanceCase {
    static let topology = [
        BrokerConformanceCase("declaring an existing topology again changes nothing") { run in
            let (queue, exchange) = (run.name("queue"), run.name("exchange"))
            let topology = Topology(
                exchanges: [Exchange(name: exchange, kind: .fanout)],
                queues: [
                    Queue(name: queue, messageTTL: 600_000, maxLength: 50, deadLetterExchange: run.name("dead"))
                ],
                bindings: [Binding(exchange: exchange, queue: queue)])
            let broker = try await run.broker()
            try await broker.declare(topology)
            let publication = Publication(exchange: exchange, routingKey: "", message: Message("kept"))
            try await broker.makePublisher().confirm([publication])
            try await broker.declare(topology)
            try await run.broker().declare(topology)
            try await run.eventually(broker, queue, ready: 1)
            try await broker.makePublisher().confirm([publication])
            try await run.eventually(broker, queue, ready: 2)
        },
        BrokerConformanceCase(
            "a queue that exists with other arguments is left alone, and the error names each argument"
        ) { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue, messageTTL: 700_001, maxLength: 41))
            try await broker.makePublisher().confirm(["kept"], to: queue)
            let error = try await expectError(.topologyMismatch, "declaring with another TTL") {
                let other = Queue(name: queue, messageTTL: 700_002, maxLength: 41, deadLetterExchange: "elsewhere")
                try await broker.declare(Topology(exchanges: [], queues: [other], bindings: []))
            }
            for part in [queue, "x-message-ttl", "700001", "700002"] {
                try expect(error.message.contains(part), "the error does not name \(part): \(error)")
            }
            let consumer = try await broker.consume(queue, prefetch: 1)
            try expect(try await run.take(1, from: consumer).map(\.text), ["kept"], "what the queue holds")
        },
        BrokerConformanceCase("an exchange that exists with another type is a mismatch") { run in
            let exchange = run.name("exchange")
            let broker = try await run.broker()
            func declare(_ kind: Exchange.Kind) async throws {
                let exchange = Exchange(name: exchange, kind: kind)
                try await broker.declare(Topology(exchanges: [exchange], queues: [], bindings: []))
            }
            try await declare(.fanout)
            let error = try await expectError(.topologyMismatch, "declaring it as direct") {
                try await declare(.direct)
            }
            try expect(error.message.contains(exchange), "the error does not name the exchange: \(error)")
        },
        BrokerConformanceCase("consuming from a queue that does not exist fails") { run in
            let broker = try await run.broker()
            try await expectError(.notFound, "consuming") {
                _ = try await broker.consume(run.name("nowhere"), prefetch: 1)
            }
        },
        BrokerConformanceCase("status counts waiting messages and consumers, and leaves out queues that do not exist") {
            run in
            let (queue, missing) = (run.name("queue"), run.name("missing"))
            let broker = try await run.broker(with: Queue(name: queue))
            let status = try await broker.status(of: [queue, missing])
            try expect(status, [queue: QueueStatus(ready: 0, unacknowledged: 0, consumers: 0)], "status at first")
            try await broker.makePublisher().confirm(["a", "b", "c"], to: queue)
            try await run.eventually(broker, queue, ready: 3)
            let consumer = try await broker.consume(queue, prefetch: 2)
            let taken = try await run.take(2, from: consumer)
            let observer = try await run.broker()
            try await run.eventually("1 ready, 1 consumer") {
                let status = try await observer.status(of: [queue])[queue]
                return status?.ready == 1 && status?.consumers == 1
            }
            try await consumer.settle(taken.map(\.tag), .acknowledge)
            await consumer.close()
            try await run.eventually("1 ready, no consumer") {
                let status = try await observer.status(of: [queue])[queue]
                return status?.ready == 1 && status?.consumers == 0
            }
        },
    ]
}
