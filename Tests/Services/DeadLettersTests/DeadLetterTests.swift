import DeadLetters
import Events
import Messaging
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

    @Test("a letter keeps its id from one pass to the next, and the letters of one event in two queues differ")
    func letterKeepsItsIdFromLook() {
        let one = DeadLetter(message(["x-death": .array([death("events.neo4j", "maxlen")])]))
        let again = DeadLetter(message(["x-death": .array([death("events.neo4j", "maxlen")])]))
        let other = DeadLetter(message(["x-death": .array([death("events.qdrant", "maxlen")])]))
        #expect(one.id == again.id)
        #expect(one.id != other.id)
        #expect(one.id.count == 12)
    }

    @Test("a body that is not JSON is a letter like any other")
    func bodyThatIsNoJSON() {
        let letter = DeadLetter(Message(body: [0xFF, 0]))
        #expect(letter.eventID == nil)
        #expect(letter.fields.isEmpty)
        #expect(letter.message.body == [0xFF, 0])
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
