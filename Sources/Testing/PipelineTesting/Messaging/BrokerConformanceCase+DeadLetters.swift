import Messaging

/// A queue whose dead letters go through a fanout exchange to another queue.
private struct DeadLettering {
    let exchange: String
    let work: Queue
    let graveyard: String
    let broker: any Broker

    init(_ run: ConformanceRun, _ configure: (inout Queue) -> Void = { _ in }) async throws {
        exchange = run.name("dlx")
        graveyard = run.name("dead")
        var work = Queue(name: run.name("work"), deadLetterExchange: exchange)
        configure(&work)
        self.work = work
        broker = try await run.broker()
        try await broker.declare(
            Topology(
                exchanges: [Exchange(name: exchange, kind: .fanout)],
                queues: [work, Queue(name: graveyard)],
                bindings: [Binding(exchange: exchange, queue: graveyard)]))
    }

    /// The next dead letters.
    func take(_ count: Int, _ run: ConformanceRun) async throws -> [Delivery] {
        try await run.takeAndAcknowledge(count, from: try await broker.consume(graveyard, prefetch: 100))
    }
}

extension Delivery {
    /// The tables of `x-death`.
    fileprivate var deaths: [HeaderTable] {
        get throws {
            guard case .array(let entries)? = message.properties.headers["x-death"] else {
                throw ConformanceFailure("no x-death array in \(message.properties.headers)")
            }
            return try entries.map { entry in
                guard case .table(let table) = entry else { throw ConformanceFailure("\(entry) is not a table") }
                return table
            }
        }
    }

    /// Checks the newest entry of `x-death`.
    fileprivate func expectDeath(
        in queue: String, _ reason: String, count: Int64 = 1, exchange: String, routingKey: String
    ) throws {
        guard let death = try deaths.first else { throw ConformanceFailure("x-death is empty") }
        try expect(death["queue"], .string(queue), "queue")
        try expect(death["reason"], .string(reason), "reason")
        try expect(death["count"], .integer(count), "count")
        try expect(death["exchange"], .string(exchange), "exchange")
        try expect(death["routing-keys"], .array([.string(routingKey)]), "routing-keys")
        guard case .timestamp? = death["time"] else {
            throw ConformanceFailure("time is not a timestamp: \(String(describing: death["time"]))")
        }
    }

    fileprivate func expectFirstDeath(in queue: String, _ reason: String, exchange: String) throws {
        let headers = message.properties.headers
        try expect(headers["x-first-death-queue"], .string(queue), "x-first-death-queue")
        try expect(headers["x-first-death-reason"], .string(reason), "x-first-death-reason")
        try expect(headers["x-first-death-exchange"], .string(exchange), "x-first-death-exchange")
    }
}

extension BrokerConformanceCase {
    static let deadLetters = [
        BrokerConformanceCase("a rejected message goes to the dead-letter exchange with its history") { run in
            let setting = try await DeadLettering(run)
            let queue = setting.work.name
            let properties = MessageProperties(
                contentType: "application/json", messageID: "id", type: "view", timestamp: 1_700_000_000,
                headers: ["traceparent": .string("00-ab-cd-01"), "n": .integer(7)])
            try await setting.broker.makePublisher().confirm([
                Publication("body", to: queue, properties: properties), Publication("other", to: queue),
            ])
            let consumer = try await setting.broker.consume(queue, prefetch: 10)
            let taken = try await run.take(2, from: consumer)
            try await consumer.settle(taken.map(\.tag), .reject)
            let dead = try await setting.take(2, run)
            try expect(dead.map(\.text), ["body", "other"], "bodies")
            try expect(dead[0].exchange, setting.exchange, "exchange")
            try expect(dead[0].routingKey, queue, "routing key")
            try expect(!dead[0].redelivered, "a dead letter is marked as redelivered")
            try dead[0].expectDeath(in: queue, "rejected", exchange: "", routingKey: queue)
            try dead[0].expectFirstDeath(in: queue, "rejected", exchange: "")
            var kept = dead[0].message.properties
            // In any order: RabbitMQ sorts the headers of a dead letter.
            let headers = kept.headers.entries.filter { !$0.key.hasPrefix("x-") }
            try expect(Set(headers), Set(properties.headers.entries), "headers")
            kept.headers = properties.headers
            try expect(kept, properties, "properties")
        },
        BrokerConformanceCase("the dead-letter routing key replaces the message's own") { run in
            let setting = try await DeadLettering(run) { $0.deadLetterRoutingKey = "why" }
            try await setting.broker.makePublisher().confirm(["a"], to: setting.work.name)
            let consumer = try await setting.broker.consume(setting.work.name, prefetch: 1)
            try await consumer.settle(try await run.take(1, from: consumer).map(\.tag), .reject)
            let dead = try await setting.take(1, run)[0]
            try expect(dead.routingKey, "why", "routing key")
            try dead.expectDeath(in: setting.work.name, "rejected", exchange: "", routingKey: setting.work.name)
        },
        BrokerConformanceCase("a message rejected in a queue without a dead-letter exchange is gone") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm(["a", "b"], to: queue)
            let consumer = try await broker.consume(queue, prefetch: 1)
            try await consumer.settle(try await run.take(1, from: consumer).map(\.tag), .reject)
            try expect(try await run.take(1, from: consumer).map(\.text), ["b"], "what comes next")
        },
        BrokerConformanceCase(
            "a dead-letter exchange that does not exist discards dead letters and disturbs nothing else"
        ) { run in
            let queue = run.name("queue")
            let dead = run.name("missing")
            let broker = try await run.broker(with: Queue(name: queue, deadLetterExchange: dead))
            try await broker.makePublisher().confirm(["a", "b"], to: queue)
            let consumer = try await broker.consume(queue, prefetch: 1)
            try await consumer.settle(try await run.take(1, from: consumer).map(\.tag), .reject)
            try expect(try await run.take(1, from: consumer).map(\.text), ["b"], "what comes next")
        },
        BrokerConformanceCase("a message that waits for longer than the queue's TTL is dead-lettered as expired") {
            run in
            let setting = try await DeadLettering(run) { $0.messageTTL = 50 }
            try await setting.broker.makePublisher().confirm(["a", "b"], to: setting.work.name)
            let dead = try await setting.take(2, run)
            try expect(dead.map(\.text), ["a", "b"], "bodies")
            try dead[0].expectDeath(
                in: setting.work.name, "expired", exchange: "", routingKey: setting.work.name)
            try expect(try dead[0].deaths[0]["original-expiration"], nil, "original-expiration")
            try await run.eventually(setting.broker, setting.work.name, ready: 0)
        },
        BrokerConformanceCase("a message's own expiration applies once, and is removed from the dead letter") { run in
            let setting = try await DeadLettering(run)
            try await setting.broker.makePublisher().confirm([
                Publication("a", to: setting.work.name, properties: MessageProperties(expiration: 40))
            ])
            let dead = try await setting.take(1, run)[0]
            try dead.expectDeath(in: setting.work.name, "expired", exchange: "", routingKey: setting.work.name)
            try expect(try dead.deaths[0]["original-expiration"], .string("40"), "original-expiration")
            try expect(dead.message.properties.expiration, nil, "expiration")
        },
        BrokerConformanceCase("the shorter of the queue's TTL and the message's expiration applies") { run in
            let setting = try await DeadLettering(run) { $0.messageTTL = 60 }
            try await setting.broker.makePublisher().confirm([
                Publication("a", to: setting.work.name, properties: MessageProperties(expiration: 600_000))
            ])
            let dead = try await setting.take(1, run)[0]
            try expect(try dead.deaths[0]["reason"], .string("expired"), "reason")
        },
        BrokerConformanceCase("a message that a consumer holds does not expire") { run in
            // Long enough that even a busy machine takes the first message in time.
            let setting = try await DeadLettering(run) { $0.messageTTL = 10_000 }
            let publisher = try await setting.broker.makePublisher()
            let consumer = try await setting.broker.consume(setting.work.name, prefetch: 1)
            try await publisher.confirm(["held"], to: setting.work.name)
            let held = try await run.take(1, from: consumer)
            try await publisher.confirm(["waits"], to: setting.work.name)
            // The next message expires, so the time of the held message is over as well.
            try expect(try await setting.take(1, run).map(\.text), ["waits"], "what expired")
            try await consumer.settle(held.map(\.tag), .acknowledge)
            try await run.eventually(setting.broker, setting.work.name, ready: 0)
            try expect(
                try await setting.broker.status(of: [setting.graveyard])[setting.graveyard]?.ready, 0, "dead letters")
        },
        BrokerConformanceCase("a repeated pair of queue and reason is counted and moves to the front") { run in
            let (work, delay) = (run.name("work"), run.name("delay"))
            let broker = try await run.broker(
                with: Queue(name: work, deadLetterExchange: "", deadLetterRoutingKey: delay),
                Queue(name: delay, messageTTL: 30, deadLetterExchange: "", deadLetterRoutingKey: work))
            try await broker.makePublisher().confirm(["a"], to: work)
            let consumer = try await broker.consume(work, prefetch: 1)
            for round in 0..<3 {
                let delivery = try await run.take(1, from: consumer)[0]
                if round > 0 {
                    let deaths = try delivery.deaths
                    try expect(
                        deaths.map { $0["queue"] }, [.string(delay), .string(work)], "queues, newest first")
                    try expect(
                        deaths.map { $0["count"] }, [.integer(Int64(round)), .integer(Int64(round))], "counts")
                    try delivery.expectDeath(
                        in: delay, "expired", count: Int64(round), exchange: "", routingKey: delay)
                    try delivery.expectFirstDeath(in: work, "rejected", exchange: "")
                }
                try await consumer.settle([delivery.tag], .reject)
            }
        },
        BrokerConformanceCase("a message that would circulate by itself is dropped") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(
                with: Queue(name: queue, messageTTL: 30, deadLetterExchange: "", deadLetterRoutingKey: queue))
            try await broker.makePublisher().confirm(["a"], to: queue)
            try await run.eventually(broker, queue, ready: 0)
            try await run.expectNothing(
                from: try await broker.consume(queue, prefetch: 1), "the message expired into its own queue")
        },
    ]
}
