import Events
import Testing

@Suite("The identity of an event")
struct EventIdentityTests {
    private let uuid = "01890c24-905b-7122-b170-b60814e6ee06"
    private let decoder = EventDecoder()

    private func id(_ body: String, _ messageID: String? = nil, _ timestamp: Int64? = nil) -> EventID? {
        decoder.id(ofMessage: Array(body.utf8), messageID: messageID, timestamp: timestamp)
    }

    private func named(_ text: String) throws(ValidationIssue) -> EventID {
        try EventIdentity(eventID: text.utf8, at: []).id
    }

    @Test("of an event_id that is no UUID is hashed of that text alone")
    func text() throws {
        for text in ["a", "order-17", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "{17}", String(repeating: "é", count: 128)] {
            #expect(try named(text) == .version5(namespace: .idempotencyKeyNamespace, name: text.utf8))
            #expect(id("{\"event_id\":\"\(text)\",\"price\":1}") == id("{\"event_id\":\"\(text)\",\"price\":2}"))
        }
    }

    @Test("of an event_id has 1 to 128 characters without control characters, and is not the nil UUID")
    func limits() {
        func type(_ text: String) -> ValidationIssue.Kind? {
            do throws(ValidationIssue) {
                _ = try named(text)
                return nil
            } catch {
                return error.type
            }
        }
        #expect(type("") == .stringTooShort)
        #expect(type(String(repeating: "x", count: 129)) == .stringTooLong)
        #expect(type(String(repeating: "é", count: 129)) == .stringTooLong)
        #expect(type("a\tb") == .stringPatternMismatch)
        #expect(type("00000000-0000-0000-0000-000000000000") == .valueError)
        #expect(type("{00000000000000000000000000000000}") == .valueError)
    }

    @Test("of messages with other ids is another one, whatever their ids look like")
    func messageIDs() {
        let body = PostedEvent().text
        let ids = ["a-1", "a-2", "{UUID}", "17", "{17}", "a-1 ", "urn:uuid:", "é", uuid].map { id(body, $0) }
        #expect(Set(ids).count == 9)
        #expect(!ids.contains(nil) && !ids.contains(id(body)))
        #expect(id(body, "a-1") == id(body, "a-1"), "a redelivery")
        #expect(id(body, "a-1") != id(body + " ", "a-1"), "such an id need not be unique")
        #expect(id("1{}", "a") != id("{}", "a1"), "what is put together is kept apart")
    }

    @Test("of a message whose id is a UUID is that UUID, in every spelling")
    func messageUUIDs() {
        let bare = uuid.replacing("-", with: "")
        for text in [uuid, uuid.uppercased(), bare, "{\(uuid)}", "{\(bare)}", "urn:uuid:\(uuid)"] {
            #expect(id("{}", text) == EventID(uuid), "\(text)")
        }
        #expect(id("{}", "00000000-0000-0000-0000-000000000000") == nil)
    }

    @Test("of a message without any id is that of its body and its timestamp, if it has one")
    func bodies() {
        let body = PostedEvent().text
        #expect(id(body) == .version5(namespace: .messageNamespace, name: body.utf8))
        #expect(id(body, "") == id(body))
        #expect(id(body, nil, 1) == id(body, nil, 1))
        #expect(Set([id(body), id(body, nil, 0), id(body, nil, 1), id(body, nil, 2)]).count == 4)
    }

    @Test("is that of the body's event_id before all others, also where the event is invalid")
    func order() {
        #expect(id("{\"event_id\":\"\(uuid)\"}", "a-1", 5) == EventID(uuid))
        #expect(id("{\"event_id\":null}", uuid) == EventID(uuid))
        #expect(id("{\"event_id\":17}", uuid) == nil)
        #expect(id("no json", uuid) == EventID(uuid))
        #expect(id("no json", "a-1") != nil)
    }

    @Test("is the same in every part of the decoder")
    func agreement() throws {
        for messageID in [nil, "", uuid, "a-1", "{17}"] as [String?] {
            for timestamp in [nil, 1_700_000_000] as [Int64?] {
                for event in [
                    PostedEvent.with("event_time", "\"2024-01-01T00:00:00Z\""),
                    .with("event_id", "\"order-17\""), .with("event_id", "\"\(uuid.uppercased())\""),
                ] {
                    let decoded = try decoder.decode(
                        message: event.body, messageID: messageID, timestamp: timestamp, receivedAt: receipt,
                        otherwise: receipt)
                    #expect(
                        decoder.id(ofMessage: event.body, messageID: messageID, timestamp: timestamp) == decoded.id)
                }
            }
        }
    }
}
