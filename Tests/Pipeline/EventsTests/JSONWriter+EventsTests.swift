import Events
import JSON
import Testing

@Suite("Ids and moments in the JSON writer")
struct JSONWriterEventsTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test("ids and moments are written with commas between members and elements and nowhere else")
    func commas() {
        let text = text { json in
            json.object { json in
                json.key("a")
                json.array { json in
                    json.null()
                    json.bool(true)
                    json.array { _ in }
                    json.object { _ in }
                    json.object { $0.member("b", false) }
                    json.string("c")
                    json.id(EventID(high: 0, low: 2))
                }
                json.member("d", 1)
                json.member("e", 1.5)
                json.key("f")
                json.raw("[1, 2]".utf8)
                json.member("g", JSONValue.array([.null, .integer(2)]))
                json.member("h", EventID(high: 0, low: 1))
                json.member("i", Timestamp(microseconds: 0))
            }
        }
        #expect(
            text
                == #"{"a":[null,true,[],{},{"b":false},"c","00000000-0000-0000-0000-000000000002"],"d":1,"e":1.5,"f":[1, 2],"g":[null,2],"#
                + #""h":"00000000-0000-0000-0000-000000000001","i":"1970-01-01T00:00:00Z"}"#)
    }
}
