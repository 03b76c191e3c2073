import Messaging

/// A queue whose dead letters go through a fanout exchange to another queue.
private struct DeadLettering {
    let exchange: String
    let work: Queue
    let graveyard: String
    let broker: any Broker

    init(_ scene: Scene, _ configure: (inout Queue) -> Void = { _ in }) async throws {
        exchange = scene.name("dlx")
        graveyard = scene.name("dead")
        var work = Queue(name: scene.name("work"), deadLetterExchange: exchange)
        configure(&work)
        self.work = work
        broker = try await scene.broker()
        try await broker.declare(
            Topology(
                exchanges: [Exchange(name: exchange, kind: .fanout)],
                queues: [work, Queue(name: graveyard)],
                bindings: [Binding(exchange: exchange, queue: graveyard)]))
    }

    /// The next dead letters.
    func take(_ count: Int, _ scene: Scene) async throws -> [Delivery] {
        try await scene.takeAndAcknowledge(count, from: try await broker.consume(graveyard, prefetch: 100))
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
                guard case .table(let table) = entry else { throw ConformanceFailure("\(entry) is no table") }
                return table
            }
        }
    }

    /// Checks the newest entry of `x-death`.
    fileprivate func expectDeath(
        in queue: String, _ reason: String, count: Int64 = 1, exchange: String, routingKey: String
    ) throws {
        guard let death = try deaths.first else { throw ConformanceFailure("x-death is empty") }
        try expectEqual(death["queue"], .string(queue), "queue")
        try expectEqual(death["reason"], .string(reason), "reason")
        try expectEqual(death["count"], .integer(count), "count")
        try expectEqual(death["exchange"], .string(exchange), "exchange")
        try expectEqual(death["routing-keys"], .array([.string(routingKey)]), "routing-keys")
        guard case .timestamp? = death["time"] else {
            throw ConformanceFailure("time is no timestamp: \(String(describing: death["time"]))")
        }
    }

    fileprivate func expectFirstDeath(in queue: String, _ reason: String, exchange: String) throws {
        let headers = message.properties.headers
        try expectEqual(headers["x-first-death-queue"], .string(queue), "x-first-death-queue")
        try expectEqual(headers["x-first-death-reason"], .string(reason), "x-first-death-reason")
        try expectEqual(headers["x-first-death-exchange"], .string(exchange), "x-first-death-exchange")
    }
}

extension ConformanceCase {
    static let deadLetters = [
        ConformanceCase("what is rejected goes to the dead-letter exchange with its history") { scene in
            let setting = try await DeadLettering(scene)
            let queue = setting.work.name
            let properties = MessageProperties(
                contentType: "application/json", messageID: "id", type: "view", timestamp: 1_700_000_000,
                headers: ["traceparent": .string("00-ab-cd-01"), "n": .integer(7)])
            try await setting.broker.makePublisher().confirm([
                Publication("body", to: queue, properties: properties), Publication("other", to: queue),
            ])
            let consumer = try await setting.broker.consume(queue, prefetch: 10)
            let taken = try await scene.take(2, from: consumer)
            try await consumer.settle(taken.map(\.tag), .reject)
            let dead = try await setting.take(2, scene)
            try expectEqual(dead.map(\.text), ["body", "other"], "bodies")
            try expectEqual(dead[0].exchange, setting.exchange, "exchange")
            try expectEqual(dead[0].routingKey, queue, "routing key")
            try expect(!dead[0].redelivered, "a dead letter is marked as redelivered")
            try dead[0].expectDeath(in: queue, "rejected", exchange: "", routingKey: queue)
            try dead[0].expectFirstDeath(in: queue, "rejected", exchange: "")
            var kept = dead[0].message.properties
            // In whatever order: RabbitMQ sorts the headers of a dead letter.
            let headers = kept.headers.entries.filter { !$0.key.hasPrefix("x-") }
            try expectEqual(Set(headers), Set(properties.headers.entries), "headers")
            kept.headers = properties.headers
            try expectEqual(kept, properties, "properties")
        },
        ConformanceCase("the dead-letter routing key takes the place of the message's own") { scene in
            let setting = try await DeadLettering(scene) { $0.deadLetterRoutingKey = "why" }
            try await setting.broker.makePublisher().confirm(["a"], to: setting.work.name)
            let consumer = try await setting.broker.consume(setting.work.name, prefetch: 1)
            try await consumer.settle(try await scene.take(1, from: consumer).map(\.tag), .reject)
            let dead = try await setting.take(1, scene)[0]
            try expectEqual(dead.routingKey, "why", "routing key")
            try dead.expectDeath(in: setting.work.name, "rejected", exchange: "", routingKey: setting.work.name)
        },
        ConformanceCase("what is rejected in a queue without a dead-letter exchange is gone") { scene in
            let queue = scene.name("queue")
            let broker = try await scene.broker(with: Queue(name: queue))
            try await broker.makePublisher().confirm(["a", "b"], to: queue)
            let consumer = try await broker.consume(queue, prefetch: 1)
            try await consumer.settle(try await scene.take(1, from: consumer).map(\.tag), .reject)
            try expectEqual(try await scene.take(1, from: consumer).map(\.text), ["b"], "what comes next")
        },
        ConformanceCase("a dead-letter exchange that does not exist swallows and disturbs nothing") { scene in
            let queue = scene.name("queue")
            let dead = scene.name("missing")
            let broker = try await scene.broker(with: Queue(name: queue, deadLetterExchange: dead))
            try await broker.makePublisher().confirm(["a", "b"], to: queue)
            let consumer = try await broker.consume(queue, prefetch: 1)
            try await consumer.settle(try await scene.take(1, from: consumer).map(\.tag), .reject)
            try expectEqual(try await scene.take(1, from: consumer).map(\.text), ["b"], "what comes next")
        },
        ConformanceCase("what waits for longer than the queue's TTL is dead-lettered as expired") { scene in
            let setting = try await DeadLettering(scene) { $0.messageTTL = 50 }
            try await setting.broker.makePublisher().confirm(["a", "b"], to: setting.work.name)
            let dead = try await setting.take(2, scene)
            try expectEqual(dead.map(\.text), ["a", "b"], "bodies")
            try dead[0].expectDeath(
                in: setting.work.name, "expired", exchange: "", routingKey: setting.work.name)
            try expectEqual(try dead[0].deaths[0]["original-expiration"], nil, "original-expiration")
            try await scene.eventually(setting.broker, setting.work.name, ready: 0)
        },
        ConformanceCase("a message's own expiration holds, and is taken off so that it ends here") { scene in
            let setting = try await DeadLettering(scene)
            try await setting.broker.makePublisher().confirm([
                Publication("a", to: setting.work.name, properties: MessageProperties(expiration: 40))
            ])
            let dead = try await setting.take(1, scene)[0]
            try dead.expectDeath(in: setting.work.name, "expired", exchange: "", routingKey: setting.work.name)
            try expectEqual(try dead.deaths[0]["original-expiration"], .string("40"), "original-expiration")
            try expectEqual(dead.message.properties.expiration, nil, "expiration")
        },
        ConformanceCase("the shorter of the queue's TTL and the message's expiration holds") { scene in
            let setting = try await DeadLettering(scene) { $0.messageTTL = 60 }
            try await setting.broker.makePublisher().confirm([
                Publication("a", to: setting.work.name, properties: MessageProperties(expiration: 600_000))
            ])
            let dead = try await setting.take(1, scene)[0]
            try expectEqual(try dead.deaths[0]["reason"], .string("expired"), "reason")
        },
        ConformanceCase("what a consumer holds does not expire") { scene in
            // Long enough that a busy machine takes the first one in time.
            let setting = try await DeadLettering(scene) { $0.messageTTL = 2_000 }
            let publisher = try await setting.broker.makePublisher()
            let consumer = try await setting.broker.consume(setting.work.name, prefetch: 1)
            try await publisher.confirm(["held"], to: setting.work.name)
            let held = try await scene.take(1, from: consumer)
            try await publisher.confirm(["waits"], to: setting.work.name)
            // The one behind it expires, so the held one's time is up as well.
            try expectEqual(try await setting.take(1, scene).map(\.text), ["waits"], "what expired")
            try await consumer.settle(held.map(\.tag), .acknowledge)
            try await scene.eventually(setting.broker, setting.work.name, ready: 0)
            try expectEqual(
                try await setting.broker.status(of: [setting.graveyard])[setting.graveyard]?.ready, 0, "dead letters")
        },
        ConformanceCase("a pair of queue and reason that comes again is counted and moves to the front") { scene in
            let (work, delay) = (scene.name("work"), scene.name("delay"))
            let broker = try await scene.broker(
                with: Queue(name: work, deadLetterExchange: "", deadLetterRoutingKey: delay),
                Queue(name: delay, messageTTL: 30, deadLetterExchange: "", deadLetterRoutingKey: work))
            try await broker.makePublisher().confirm(["a"], to: work)
            let consumer = try await broker.consume(work, prefetch: 1)
            for round in 0..<3 {
                let delivery = try await scene.take(1, from: consumer)[0]
                if round > 0 {
                    let deaths = try delivery.deaths
                    try expectEqual(
                        deaths.map { $0["queue"] }, [.string(delay), .string(work)], "queues, newest first")
                    try expectEqual(
                        deaths.map { $0["count"] }, [.integer(Int64(round)), .integer(Int64(round))], "counts")
                    try delivery.expectDeath(
                        in: delay, "expired", count: Int64(round), exchange: "", routingKey: delay)
                    try delivery.expectFirstDeath(in: work, "rejected", exchange: "")
                }
                try await consumer.settle([delivery.tag], .reject)
            }
        },
        ConformanceCase("a message that would go round by itself is dropped") { scene in
            let queue = scene.name("queue")
            let broker = try await scene.broker(
                with: Queue(name: queue, messageTTL: 30, deadLetterExchange: "", deadLetterRoutingKey: queue))
            try await broker.makePublisher().confirm(["a"], to: queue)
            try await scene.eventually(broker, queue, ready: 0)
            try await scene.expectNothing(
                from: try await broker.consume(queue, prefetch: 1), "the message expired into its own queue")
        },
    ]
}
