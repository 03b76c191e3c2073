import Events
import JSON
import Testing

@Suite("The properties of an event")
struct EventPropertiesTests {
    private func issues(_ text: String) -> [ValidationIssue.Kind]? {
        PostedEvent.with("properties", text).issueTypes()
    }

    @Test("are passed on unchanged")
    func values() throws {
        let text = #"{"":null,"a":[1,1.0,-0.0,1e300,0.1,true],"big":123456789012345678901234567890,"s":"\u0000\"é😀"}"#
        let event = try PostedEvent.with("properties", text).decoded()
        let properties = try #require(event.properties)
        #expect(properties == (try JSONValue(parsing: Array(text.utf8))))
        let again = try EventDecoder().decode(
            message: event.encoded(), messageID: nil, timestamp: nil, receivedAt: receipt)
        #expect(again.properties == properties)
    }

    @Test("are an object", arguments: ["[]", "\"{}\"", "1", "true"])
    func otherKinds(text: String) {
        #expect(issues(text) == [.dictType])
    }

    @Test("have at most 16 KiB as canonical JSON")
    func size() {
        func object(stringLength: Int) -> String { "{\"a\":\"" + String(repeating: "x", count: stringLength) + "\"}" }
        let overhead = object(stringLength: 0).utf8.count
        #expect(issues(object(stringLength: 16 * 1024 - overhead)) == [])
        #expect(issues(object(stringLength: 16 * 1024 - overhead + 1)) == [.tooLarge])
        #expect(issues("{\"a\":[" + String(repeating: "{},", count: 6000) + "{}]}") == [.tooLarge])
    }

    @Test("are measured without white space and needless escapes, up to 128 KiB as sent")
    func sourceSize() {
        let escaped = "{\"a\":\"" + String(repeating: #"\u0041"#, count: 16 * 1024 - 8) + "\"}"
        #expect(issues(escaped) == [])
        #expect(issues("{" + String(repeating: " ", count: 128 * 1024 - 2) + "}") == [])
        #expect(issues("{" + String(repeating: " ", count: 128 * 1024 - 1) + "}") == [.tooLarge])
    }

    @Test("are measured with numbers at full length")
    func numberSize() {
        // Each of the five bytes becomes nineteen.
        #expect(issues("{\"a\":[" + String(repeating: "1e15,", count: 900) + "1]}") == [.tooLarge])
        #expect(issues("{\"a\":[" + String(repeating: "1e15,", count: 800) + "1]}") == [])
    }

    @Test("have no number beyond Double's range and no keys that Unicode calls equal")
    func valuesThatCannotBeCarried() {
        #expect(issues(#"{"a":1e400}"#) == [.valueError])
        #expect(issues(#"{"\u00e9":1,"e\u0301":2}"#) == [.valueError])
    }

    @Test("have at most 31 levels, as the event itself is one")
    func depth() {
        func nested(_ levels: Int) -> String {
            String(repeating: "{\"a\":", count: levels) + "1" + String(repeating: "}", count: levels)
        }
        #expect(issues(nested(31)) == [])
        #expect(issues(nested(32)) == nil)
    }
}
