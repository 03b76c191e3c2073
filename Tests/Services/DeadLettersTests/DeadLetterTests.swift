import DeadLetters
import Events
import Gzip
import JSON
import Messaging
import PipelineTesting
import Stores
import Testing

@Suite struct DeadLetterTests {
    private let body = Array(
        #"{"event_id":"01900000-0000-7000-8000-000000000001","event_type":"view","product_id":7,"user_id":5}"#.utf8)

    private func message(_ headers: HeaderTable) -> Message {
        Message(body: body, properties: MessageProperties(messageID: "m1", headers: headers))
    }

    private func death(_ queue: String, _ reason: String, seconds: Int64 = 1_700_000_000) -> HeaderValue {
        .table(["queue": .string(queue), "reason": .string(reason), "time": .timestamp(seconds), "count": .integer(1)])
    }

    @Test("a worker's letter names queue, class, error, attempts and times")
    func workersLetterTellsQueueClassError() {
        var headers = HeaderTable()
        DeadLetterHeaders(
            queue: "events.neo4j", reason: .rejected, error: "no", attempts: 3, firstFailedAt: 1_000_000,
            lastFailedAt: 2_000_000, worker: "w"
        ).write(to: &headers)
        let letter = DeadLetter(message(headers))
        #expect(letter.queue == "events.neo4j")
        #expect(letter.reason == .rejected)
        #expect(letter.error == "no")
        #expect(letter.attempts == 3)
        #expect(letter.firstFailedAt == Timestamp(microseconds: 1_000_000))
        #expect(letter.lastFailedAt == Timestamp(microseconds: 2_000_000))
        #expect(!letter.isFromBroker)
        #expect(letter.userID == 5)
        #expect(letter.productID == 7)
        #expect(letter.type == "view")
        #expect(letter.eventID == EventID("01900000-0000-7000-8000-000000000001"))
    }

    @Test(
        "a letter's user is the number that the body has, in any spelling, and nothing else",
        arguments: [
            ("7", 7), ("\"7\"", 7), ("7.0", 7), ("\"7.0\"", 7), ("9223372036854775807", .max), ("7.5", nil),
            ("\"u7\"", nil), ("null", nil), ("[7]", nil), ("1e30", nil),
        ] as [(String, Int64?)])
    func users(text: String, user: Int64?) {
        #expect(DeadLetter(Message(body: Array("{\"user_id\": \(text)}".utf8))).userID == user)
    }

    @Test(
        "a letter that the broker wrote is explained by the broker's record",
        arguments: [
            ("expired", DeadLetterReason.expired), ("maxlen", .overflow), ("delivery_limit", .retriesExhausted),
            ("rejected", .rejected),
        ])
    func whatTheBrokerGaveUp(name: String, reason: DeadLetterReason) {
        let letter = DeadLetter(message(["x-death": .array([death("events.qdrant", name)])]))
        #expect(
            letter.isFromBroker == (reason != .rejected), "a consumer rejected the letter, so returning it is useless")
        #expect(letter.queue == "events.qdrant")
        #expect(letter.reason == reason)
        #expect(letter.lastFailedAt == Timestamp(microseconds: 1_700_000_000_000_000))
    }

    @Test("deaths in delay queues belong to the retry ladder and are not a reason")
    func deathsInDelayQueues() {
        let letter = DeadLetter(
            message([
                "x-death": .array([death("events.neo4j.retry.5s", "expired"), death("events.neo4j", "maxlen")])
            ]))
        #expect(letter.queue == "events.neo4j")
        #expect(letter.reason == .overflow)
        let other = DeadLetter(message(["x-death": .array([death("events.neo4j.retry.5s", "expired")])]))
        #expect(!other.isFromBroker)
        #expect(other.queue == nil)
        #expect(other.publication(replay: "r") == nil, "nobody knows where it belongs")
    }

    @Test(
        "a replay goes to the queue in which the letter failed, with the counter at zero and without the headers of its death"
    )
    func replayGoesToTheQueue() {
        var headers: HeaderTable = [
            "traceparent": .string("00-a"), "x-death": .array([death("events.neo4j", "maxlen")]),
        ]
        var history = FailureHistory()
        history.failed(at: 1, error: "deadlock", worker: "w")
        history.write(to: &headers)
        DeadLetterHeaders(
            queue: "events.neo4j", reason: .retriesExhausted, error: "deadlock", attempts: 4, firstFailedAt: 1,
            lastFailedAt: 2, worker: "w"
        ).write(to: &headers)
        let publication = DeadLetter(message(headers)).publication(replay: "r1")
        #expect(publication?.exchange == "")
        #expect(publication?.routingKey == "events.neo4j")
        #expect(publication?.message.body == body)
        let sent = publication?.message.properties.headers ?? [:]
        #expect(FailureHistory(sent).attempts == 0)
        #expect(FailureHistory(sent).entries.map(\.error) == ["deadlock"])
        #expect(DeadLetterHeaders(sent) == nil)
        #expect(sent["x-death"] == nil)
        #expect(sent["traceparent"] == .string("00-a"))
        #expect(sent["debias-replays"] == .integer(1))
    }

    @Test("a replay stays on disk, does not expire, and sends no copies for its producer")
    func replayIsDurable() {
        var letter = message([
            "CC": .array([.string("foreign")]), "x-death": .array([death("events.neo4j", "maxlen")]),
        ])
        letter.properties.isPersistent = false
        letter.properties.expiration = 5
        let sent = DeadLetter(letter).publication(replay: "r1")?.message.properties
        #expect(sent?.isPersistent == true)
        #expect(sent?.expiration == nil)
        #expect(sent?.headers["CC"] == nil)
        #expect(sent?.headers["debias-cc"] == .array([.string("foreign")]))
    }

    @Test("the id that a worker gave is the letter's id; others are ignored unless they have its form")
    func ownIDs() {
        func letter(_ id: String) -> DeadLetter {
            var headers = HeaderTable()
            DeadLetterHeaders(
                queue: "events.neo4j", reason: .rejected, error: "no", attempts: 1, firstFailedAt: 1, lastFailedAt: 1,
                worker: "w", letter: id
            ).write(to: &headers)
            return DeadLetter(message(headers))
        }
        #expect(letter("0123456789abcdef").id == "0123456789abcdef")
        for forged in ["", "\u{1B}[2J", "0123456789abcdeg", "0123456789abcdef0"] {
            #expect(letter(forged).id == letter("").id)
        }
        #expect(letter("0123456789abcdef").publication(replay: "r")?.message.properties.headers["debias-letter"] == nil)
    }

    @Test("the members of a compressed body are known, and an edit makes the body plain")
    func compressedBody() throws {
        var letter = message(["x-death": .array([death("events.neo4j", "maxlen")])])
        letter.body = Gzip.compress(
            Array(
                #"{"event_type":"view","product_id":7,"user_id":5,"user_session":"s","event_time":"2023-01-01 00:00:00"}"#
                    .utf8))
        letter.properties.carried[.contentEncoding] = "gzip"
        #expect(DeadLetter(letter).userID == 5)
        let now = Timestamp(microseconds: 1_700_000_000_000_000)
        let body = try DeadLetter(letter).edited(by: .object(["user_id": .integer(6)]), now: now)
        let sent = DeadLetter(letter).publication(replay: "r", body: body)?.message
        #expect(sent.map { DeadLetter($0).userID } == 6)
        #expect(sent?.properties.carried[.contentEncoding] == nil)
    }

    @Test("a letter keeps its id from one pass to the next, and the letters of one event in two queues differ")
    func letterKeepsItsIdFromLook() {
        let one = DeadLetter(message(["x-death": .array([death("events.neo4j", "maxlen")])]))
        let again = DeadLetter(message(["x-death": .array([death("events.neo4j", "maxlen")])]))
        let other = DeadLetter(message(["x-death": .array([death("events.qdrant", "maxlen")])]))
        #expect(one.id == again.id)
        #expect(one.id != other.id)
        #expect(one.id.count == 16)
    }

    @Test("a body that is not JSON is a letter like any other")
    func bodyThatIsNoJSON() {
        let letter = DeadLetter(Message(body: [0xFF, 0]))
        #expect(letter.eventID == EventMessage.id(of: Message(body: [0xFF, 0])))
        #expect(letter.fields.isEmpty)
        #expect(letter.message.body == [0xFF, 0])
    }

    @Test(
        "a letter has the id that the worker gives its event",
        arguments: [
            (nil, nil), ("a-1", nil), ("{17}", nil), (nil, 1_700_000_000),
            ("URN:UUID:01900000-0000-7000-8000-00000000000A", 5),
        ] as [(String?, Int64?)])
    func identity(messageID: String?, timestamp: Int64?) throws {
        let text =
            #"{"user_id":1,"product_id":2,"event_type":"view","user_session":"s","#
            + #""event_time":"2024-01-01T00:00:00Z""#
        for end in ["}", #","event_id":"order-1"}"#, #","event_id":"{01900000-0000-7000-8000-00000000000B}"}"#] {
            let message = Message(
                body: Array((text + end).utf8),
                properties: MessageProperties(messageID: messageID, timestamp: timestamp))
            #expect(DeadLetter(message).eventID == (try EventMessage.event(in: message, receivedAt: .now).id))
        }
    }

    @Test("an edited letter stays the same event, unless the edit names another one")
    func editedIdentity() throws {
        var headers: HeaderTable = [:]
        DeadLetterHeaders(
            queue: "events.neo4j", reason: .invalid, error: "no", attempts: 1, firstFailedAt: 1, lastFailedAt: 2,
            worker: "w"
        ).write(to: &headers)
        let body = #"{"user_id":0,"product_id":2,"event_type":"view","user_session":"s"}"#
        for messageID in [nil, "a-1", "01900000-0000-7000-8000-000000000001"] as [String?] {
            let message = Message(
                body: Array(body.utf8),
                properties: MessageProperties(messageID: messageID, timestamp: 1_700_000_000, headers: headers))
            let letter = DeadLetter(message)
            let edited = try letter.edited(by: .object(["user_id": .integer(7)]), now: .now)
            let sent = try #require(letter.publication(replay: "r", body: edited)).message
            let event = try EventMessage.event(in: sent, receivedAt: .now)
            #expect(event.id == letter.eventID)
            #expect(event.userID == 7)
            #expect(event.time == Timestamp(microseconds: 1_700_000_000_000_000), "the letter's time stays, too")
            let other = try letter.edited(
                by: .object(["user_id": .integer(7), "event_id": .string("order-9")]), now: .now)
            let renamed = try #require(letter.publication(replay: "r", body: other)).message
            let id = try EventIdentity(eventID: "order-9".utf8, at: []).id
            #expect(EventMessage.id(of: renamed) == id)
            #expect(renamed.properties.messageID == id.description)
        }
    }

    @Test("a replayed letter keeps the id and the time of its event, however long it lay")
    func replayedTime() throws {
        var headers: HeaderTable = [:]
        DeadLetterHeaders(
            queue: "events.neo4j", reason: .retriesExhausted, error: "no", attempts: 1, firstFailedAt: 1,
            lastFailedAt: 2, worker: "w"
        ).write(to: &headers)
        let body = #"{"user_id":1,"product_id":2,"event_type":"view","user_session":"s"}"#
        let message = Message(
            body: Array(body.utf8),
            properties: MessageProperties(messageID: "a-1", timestamp: 1_700_000_000, headers: headers))
        let before = try EventMessage.event(in: message, receivedAt: Timestamp(microseconds: 1_700_000_001_000_000))
        let sent = try #require(DeadLetter(message).publication(replay: "r")).message
        let after = try EventMessage.event(in: sent, receivedAt: Timestamp(microseconds: 1_800_000_000_000_000))
        #expect(before == after)
    }

    @Test("a letter whose id the store has with other content is not applied")
    func appliedContent() async throws {
        let graph = FakeGraphStore()
        let profiles = FakeProfileStore()
        func letter(_ product: Int, _ id: String) -> DeadLetter {
            DeadLetter(
                Message(
                    body: Array(
                        #"{"user_id":1,"product_id":\#(product),"event_type":"view","user_session":"s","event_id":"\#(id)"}"#
                            .utf8),
                    properties: MessageProperties(timestamp: 1_700_000_000)))
        }
        let letters = [letter(1, "a"), letter(2, "b"), letter(3, "c")]
        let stored = try [letter(1, "a"), letter(9, "b")].map {
            try EventMessage.event(in: $0.message, receivedAt: .now)
        }
        _ = try await graph.apply(InteractionBatch(stored))
        let applied = Replay.applied(in: graph, profiles, now: { .now })
        let inGraph = try await applied("events.neo4j", letters)
        #expect(inGraph == [stored[0].id])
        let inProfiles = try await applied("events.qdrant", letters)
        #expect(inProfiles.isEmpty)
    }

    @Test("a letter must pass all parts of a filter")
    func filtersHoldAllAtOnce() {
        let letter = DeadLetter(message(["x-death": .array([death("events.neo4j", "maxlen")])]))
        var filter = DeadLetterFilter()
        #expect(filter.matches(letter))
        filter.queue = "events.neo4j"
        filter.reason = .overflow
        filter.text = "FULL"
        filter.type = "view"
        filter.userID = 5
        filter.productID = 7
        filter.since = letter.lastFailedAt
        filter.fingerprint = letter.fingerprint
        #expect(filter.matches(letter))
        filter.until = letter.lastFailedAt
        #expect(!filter.matches(letter), "until is exclusive")
        filter.until = nil
        filter.userID = 6
        #expect(!filter.matches(letter))
    }
}
