import DeadLetters
import Embedded
import Events
import Gzip
import JSON
import Messaging
import Platform
import TestSupport
import Testing

/// Letters in files and back.
@Suite(.timeLimit(.minutes(5))) struct LetterFileTests {
    /// A message with everything that a letter can hold.
    private var message: Message {
        var message = Message(
            body: [0xFF, 0x00, 0x7B],
            properties: MessageProperties(
                contentType: "application/json", messageID: "order 17", type: "view", timestamp: 1_700_000_000,
                isPersistent: true, priority: 3))
        for property in MessageProperties.Carried.allCases { message.properties.carried[property] = "ä\"\(property)" }
        message.properties.headers = [
            "z": .null, "a": .bool(true), "number": .integer(-7), "real": .double(1), "none": .double(.infinity),
            "text": .string("line\n\u{1B}"), "bytes": .bytes([0xFE, 0xFF]), "time": .timestamp(1_700_000_000),
            "list": .array([.integer(1), .string("x"), .array([])]),
            "table": .table(["z": .integer(1), "a": .table(["$base64": .string("!")])]),
            "like a type": .table(["$timestamp": .integer(1)]),
            "x-death": .array([
                .table([
                    "count": .integer(1), "reason": .string("expired"), "queue": .string("events.neo4j"),
                    "time": .timestamp(1_700_000_000),
                ])
            ]),
            "CC": .array([.string("other")]),
        ]
        return message
    }

    @Test("a line of a file is the whole message, whatever types its headers have")
    func roundTrip() throws {
        var plain = message
        plain.body = Array("{\"text\": \"\u{0}é\"}\n".utf8)
        for message in [message, plain, Message(body: [])] {
            #expect(try LetterFile.message(DeadLetter(message).json.bytes) == message)
        }
    }

    @Test(
        "a line that is no letter is refused with its fault",
        arguments: [
            ("", "expected a JSON object"), ("[]", "expected a JSON object"), ("{}", "has a body and properties"),
            (#"{"body":"","properties":{"colour":"red"}}"#, "not known: colour"),
            (#"{"body":1,"properties":{}}"#, "expected a string"),
            (#"{"body_base64":"?","properties":{}}"#, "expected base64"),
            (#"{"body":"","properties":{"headers":{"a":{"$x":1}}}}"#, "unknown type: $x"),
            (#"{"body":"","properties":{"priority":256}}"#, "from 0 to 255"),
            (#"{"body":"","body_left_out":true,"properties":{}}"#, "without its body"),
        ])
    func refusals(line: String, fault: String) {
        let error = #expect(throws: LetterFile.Unreadable.self) { try LetterFile.message(Array(line.utf8)) }
        #expect(error?.description.contains(fault) == true, "\(error?.description ?? "")")
    }

    private func publish(_ messages: [Message], _ broker: any Broker) async throws {
        let outcomes = try await broker.makePublisher().publish(
            messages.map { Publication(exchange: "", routingKey: "events.dlq", message: $0) })
        #expect(outcomes.allSatisfy { $0 == .confirmed })
    }

    private func export(_ queue: DeadLetterQueue) async throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        try await queue.look { letter in
            lines.append(letter.json.bytes)
            return true
        }
        return lines
    }

    private func bringBack(
        _ lines: [[UInt8]], _ queue: DeadLetterQueue, now: Int64 = 5
    ) async throws -> DeadLetterQueue.Imported {
        var rest = [lines]
        return try await queue.bringBack({ rest.popLast() ?? [] }, now: Timestamp(microseconds: now))
    }

    @Test("letters that were exported, purged and imported are exported as the same lines")
    func exportAndImport() async throws {
        let directory = try TemporaryDirectory()
        let broker = try await EmbeddedBroker.open(directory: directory.path)
        try await broker.declare(PipelineTopology.topology())
        let queue = DeadLetterQueue(broker)
        // Two that are equal in everything are still two.
        try await publish([message, Message(body: Array("{}".utf8)), message], broker)
        let before = try await export(queue)
        let repeated = try await bringBack(before, queue)
        #expect(repeated.added == 0 && repeated.skipped == 3, "the queue holds them")
        #expect(try await queue.purge(DeadLetterFilter()) == 3)
        let result = try await bringBack(before, queue)
        #expect(result.added == 3 && result.skipped == 0)
        let after = try await export(queue)
        #expect(after == before)
        // The copy that the producer asked for was not sent again, and RabbitMQ 4 would have dropped the death.
        let consumer = try await broker.consume("events.dlq", prefetch: 1)
        let headers = try await consumer.next(upTo: 1, linger: .zero).first?.message.properties.headers
        #expect(headers?["CC"] == nil && headers?["x-death"] == nil)
        await consumer.close()
    }

    @Test("an import that meets a bad line keeps what came before, names the line, and can be repeated")
    func badLine() async throws {
        let directory = try TemporaryDirectory()
        let broker = try await EmbeddedBroker.open(directory: directory.path)
        try await broker.declare(PipelineTopology.topology())
        let queue = DeadLetterQueue(broker)
        let lines = (0..<3).map { DeadLetter(Message(body: Array("\($0)".utf8))).json.bytes }
        let error = await #expect(throws: LetterFile.Unreadable.self) {
            _ = try await bringBack([lines[0], Array("{".utf8), lines[2]], queue)
        }
        #expect(error?.description.hasPrefix("letter 2 of the file cannot be read") == true)
        let result = try await bringBack(lines, queue)
        #expect(result.added == 2 && result.skipped == 1)
        #expect(try await export(queue).count == 3)
    }

    @Test("lines are read from plain and compressed files, whole at every size of the pieces")
    func reading() async throws {
        let directory = try TemporaryDirectory()
        let lines = (0..<3_000).map { Array("{\"body\":\"\($0) \(String(repeating: "x", count: $0))\"}".utf8) }
        let bytes = Array(lines.joined(separator: Array("\n\n".utf8)))
        try FileSystem.append(bytes, to: directory.file("plain"))
        try FileSystem.append(Gzip.compress(bytes) + Gzip.compress([]), to: directory.file("packed"))
        for name in ["plain", "packed"] {
            let reader = try LetterReader(directory.file(name))
            var found: [[UInt8]] = []
            while true {
                let more = try await reader.next()
                if more.isEmpty { break }
                found += more
            }
            #expect(found == lines)
        }
    }
}
