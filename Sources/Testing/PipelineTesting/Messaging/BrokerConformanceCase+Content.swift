import Messaging
import TestSupport

extension BrokerConformanceCase {
    /// One header of each type, with the ends of their ranges.
    private static let headers: HeaderTable = [
        "null": .null, "yes": .bool(true), "no": .bool(false),
        "zero": .integer(0), "minus": .integer(-1), "smallest": .integer(.min), "largest": .integer(.max),
        "half": .double(0.5), "tiny": .double(.leastNonzeroMagnitude), "huge": .double(-.greatestFiniteMagnitude),
        "empty": .string(""), "text": .string("naïve 日本語 🛒 \u{0}"), "bytes": .bytes([0, 1, 127, 128, 255]),
        "time": .timestamp(1_700_000_000), "nothing": .array([]), "no entries": .table([:]),
        "mixed": .array([.integer(1), .string("two"), .array([.bool(true)]), .table(["k": .null])]),
        "nested": .table(["a": .table(["b": .table(["c": .array([.timestamp(1)])])])]),
    ]

    static let content = [
        BrokerConformanceCase("properties and headers of every type arrive as they were sent") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            let key = String(repeating: "k", count: 255)
            var headers = Self.headers
            headers[key] = .string("longest key")
            var carrying = MessageProperties()
            for property in MessageProperties.Carried.allCases { carrying.carried[property] = "\(property)" }
            carrying.carried[.replyTo] = ""
            let all = [
                MessageProperties(), carrying,
                MessageProperties(isPersistent: false),
                MessageProperties(
                    contentType: "application/json", messageID: "0190163d-8694-739b-aea5-966c26f8ad91", type: "view",
                    timestamp: 1_700_000_000, priority: 7, expiration: 86_400_000, headers: headers),
                MessageProperties(contentType: "", messageID: "", type: "", timestamp: 0),
            ]
            try await broker.makePublisher().confirm(all.map { Publication("", to: queue, properties: $0) })
            let taken = try await run.take(all.count, from: try await broker.consume(queue, prefetch: 10))
            for (delivery, properties) in zip(taken, all) {
                let seen = delivery.message.properties
                try expect(Set(seen.headers.entries), Set(properties.headers.entries), "headers")
                try expect(seen.headers.entries.count, properties.headers.entries.count, "number of headers")
                var rest = seen
                rest.headers = properties.headers
                try expect(rest, properties, "properties")
            }
        },
        BrokerConformanceCase("bodies arrive byte for byte: empty, with every byte, a mebibyte") { run in
            let queue = run.name("queue")
            let broker = try await run.broker(with: Queue(name: queue))
            var generator = SeededGenerator(seed: 1)
            let large = generator.bytes(1 << 20)
            let bodies: [[UInt8]] = [[], [0], Array(0...255), large]
            try await broker.makePublisher().confirm(
                bodies.map { Publication(exchange: "", routingKey: queue, message: Message(body: $0)) })
            let taken = try await run.take(bodies.count, from: try await broker.consume(queue, prefetch: 10))
            for (delivery, body) in zip(taken, bodies) {
                try expect(delivery.message.body == body, "a body of \(body.count) bytes came back different")
            }
        },
    ]
}
