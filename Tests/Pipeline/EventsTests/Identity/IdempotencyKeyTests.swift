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
        #expect(event.issueTypes(idempotencyKey: "00000000-0000-0000-0000-000000000001") == [.idempotencyKeyMismatch])
        #expect(PostedEvent.with("event_id", "\"order-17\"").issueTypes(idempotencyKey: "order-17") == [])
        let hashed = EventID.version5(namespace: .idempotencyKeyNamespace, name: "order-17".utf8)
        #expect(PostedEvent.with("event_id", "\"\(hashed)\"").issueTypes(idempotencyKey: "order-17") == [])
    }

    @Test("is not the nil UUID, and a UUID in any spelling")
    func spellings() throws {
        #expect(PostedEvent().issueTypes(idempotencyKey: "00000000-0000-0000-0000-000000000000") == [.valueError])
        let bare = uuid.replacing("-", with: "")
        #expect(try PostedEvent().decoded(idempotencyKey: bare).id.description == uuid)
    }

    @Test("of a batch gives each event without an id one that follows from the key and the place")
    func batch() throws {
        let own = PostedEvent.with("event_id", "\"own\"").text
        let plain = PostedEvent().text
        func ids(_ key: String, _ lines: [String]) throws -> [EventID] {
            let body = Array(lines.joined(separator: "\n").utf8)
            return try EventDecoder().decodeBatch(lines: body, receivedAt: receipt, key: IdempotencyKey(key))
                .map { try $0.get().id }
        }
        let first = try ids("k", [plain, own, plain])
        #expect(try ids("k", [plain, own, plain]) == first)
        #expect(Set(first).count == 3)
        #expect(try first[1] == EventIdentity(eventID: "own".utf8, at: []).id)
        #expect(Set(try ids("l", [plain, own, plain])).intersection(first) == [first[1]])
        // The place, then the key: one is not a part of the other.
        #expect(try ids("1:k", [plain])[0] != first[0])
        let bare = uuid.replacing("-", with: "").uppercased()
        #expect(try ids(uuid, [plain]) == ids(bare, [plain]))
        let array = try EventDecoder().decodeBatch(
            array: Array("[\(plain),7,\(plain)]".utf8), receivedAt: receipt, key: IdempotencyKey("k"))
        #expect(try array[0].get().id == first[0])
        #expect(try array[2].get().id == first[2], "what is no event has a place, too")
    }

    @Test("is reported together with what is wrong with the body")
    func togetherWithBody() {
        #expect(PostedEvent.with("user_id", nil).issueTypes(idempotencyKey: "") == [.stringTooShort, .missing])
    }
}
