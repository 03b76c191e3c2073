import JSON
import Testing

@Suite struct JSONPatchTests {
    private func value(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    private func patched(_ text: String, _ patch: String) throws -> JSONValue {
        try JSONPatch.apply(try value(patch), to: try value(text))
    }

    // The examples of RFC 6902, appendix A, and RFC 7396, appendix A.
    @Test(
        "a patch changes what it names",
        arguments: [
            (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"baz":"qux","foo":"bar"}"#),
            (
                #"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
                #"{"foo":["bar","qux","baz"]}"#
            ),
            (#"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["a"]}]"#, #"{"foo":["bar",["a"]]}"#),
            (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
            (#"{"foo":["a","b","c"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["a","c"]}"#),
            (#"{"baz":"qux"}"#, #"[{"op":"replace","path":"/baz","value":1}]"#, #"{"baz":1}"#),
            (
                #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
                #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
                #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
            ),
            (
                #"{"foo":["a","b","c","d"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
                #"{"foo":["a","c","d","b"]}"#
            ),
            (#"{"a":{"b":1}}"#, #"[{"op":"copy","from":"/a","path":"/c"}]"#, #"{"a":{"b":1},"c":{"b":1}}"#),
            (#"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#),
            (#"{"a":1}"#, #"[{"op":"replace","path":"","value":[2]}]"#, "[2]"),
            (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
            (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
            (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
            (#"{}"#, #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
            (#"["a"]"#, #"{"a":"b"}"#, #"{"a":"b"}"#),
        ])
    func patchChangesWhatItNames(text: String, patch: String, expected: String) throws {
        let (result, wanted) = (try patched(text, patch), try value(expected))
        #expect(result == wanted)
    }

    @Test(
        "a patch that does not fit is refused",
        arguments: [
            "1", #"[{"op":"remove","path":"/x"}]"#, #"[{"op":"replace","path":"/x","value":1}]"#,
            #"[{"op":"add","path":"/x/y","value":1}]"#, #"[{"op":"add","path":"a","value":1}]"#,
            #"[{"op":"add","path":"/list/9","value":1}]"#, #"[{"op":"add","path":"/list/01","value":1}]"#,
            #"[{"op":"test","path":"/a","value":2}]"#, #"[{"op":"add","path":"/b"}]"#, #"[{"op":"jump","path":"/a"}]"#,
            #"[{"path":"/a"}]"#, #"[{"op":"move","from":"/o","path":"/o/p"}]"#,
            #"[{"op":"move","from":"/x","path":"/a"}]"#,
            "[1]",
        ])
    func patchThatDoesNotFit(patch: String) throws {
        #expect(throws: JSONPatch.Failure.self) { try patched(#"{"a":1,"list":[1],"o":{}}"#, patch) }
    }
}
