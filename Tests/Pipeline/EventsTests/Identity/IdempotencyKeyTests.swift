import Events
import Testing

@Suite("The Idempotency-Key header")
struct IdempotencyKeyTests {
    private let uuid = "01890c24-905b-7122-b170-b60814e6ee06"

    @Test("that is a UUID is the event's id")
    func uuidKey() throws {
        #expect(try PostedEvent().decoded(idempotencyKey: uuid).id.description == uuid)
        #expect(try PostedEvent().decoded(idempotencyKey: uuid.uppercased()).id.description == uuid)
        #expect(try PostedEvent().decoded(idempotencyKey: "\"\(uuid)\"").id.description == uuid)
    }

    @Test("of any other kind is hashed into the event's id")
    func textKey() throws {
        let id = try PostedEvent().decoded(idempotencyKey: "order-17").id
        #expect(id == .version5(namespace: .idempotencyKeyNamespace, name: "order-17".utf8))
        #expect(try PostedEvent().decoded(idempotencyKey: "order-17").id == id)
        #expect(try PostedEvent().decoded(idempotencyKey: "\"order-17\"").id == id)
        #expect(try PostedEvent().decoded(idempotencyKey: "order-18").id != id)
    }

    @Test("has 1 to 255 visible characters")
    func rules() {
        #expect(PostedEvent().issueTypes(idempotencyKey: String(repeating: "k", count: 255)) == [])
        #expect(PostedEvent().issueTypes(idempotencyKey: String(repeating: "k", count: 256)) == [.stringTooLong])
        #expect(PostedEvent().issueTypes(idempotencyKey: "") == [.stringTooShort])
        #expect(PostedEvent().issueTypes(idempotencyKey: "\"\"") == [.stringTooShort])
        for key in ["a b", "a\tb", "é", "\u{7f}", "a\0"] {
            #expect(PostedEvent().issueTypes(idempotencyKey: key) == [.stringPatternMismatch])
        }
        #expect(
            PostedEvent().issues(idempotencyKey: "")?.first?.loc == [.field("header"), .field("Idempotency-Key")])
    }

    @Test("must agree with event_id in the body")
    func agreement() throws {
        let event = PostedEvent.with("event_id", "\"\(uuid)\"")
        #expect(try event.decoded(idempotencyKey: uuid.uppercased()).id.description == uuid)
        #expect(event.issueTypes(idempotencyKey: "order-17") == [.idempotencyKeyMismatch])
        #expect(event.issueTypes(idempotencyKey: "00000000-0000-0000-0000-000000000000") == [.idempotencyKeyMismatch])
        let hashed = EventID.version5(namespace: .idempotencyKeyNamespace, name: "order-17".utf8)
        #expect(PostedEvent.with("event_id", "\"\(hashed)\"").issueTypes(idempotencyKey: "order-17") == [])
    }

    @Test("is reported together with what is wrong with the body")
    func togetherWithBody() {
        #expect(PostedEvent.with("user_id", nil).issueTypes(idempotencyKey: "") == [.stringTooShort, .missing])
    }
}
