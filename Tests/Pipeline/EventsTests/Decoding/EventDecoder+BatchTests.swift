import Events
import Testing

@Suite("A batch of events")
struct EventDecoderBatchTests {
    private let decoder = EventDecoder()

    private func array(_ text: String) throws(BatchRejection) -> [Result<Event, EventRejection>] {
        try decoder.decodeBatch(array: Array(text.utf8), receivedAt: receipt)
    }

    private func lines(_ text: String) throws(BatchRejection) -> [Result<Event, EventRejection>] {
        try decoder.decodeBatch(lines: Array(text.utf8), receivedAt: receipt)
    }

    private func userIDs(_ results: [Result<Event, EventRejection>]) -> [Int64?] {
        results.map { try? $0.get().userID }
    }

    private func event(_ userID: Int) -> String {
        PostedEvent.with("user_id", String(userID)).text
    }

    @Test("is an array of events in order, each with an id of its own")
    func arrayOfEvents() throws {
        let results = try array(" [ \(event(1)) , \(event(2)),\(event(3))\n] ")
        #expect(userIDs(results) == [1, 2, 3])
        #expect(Set(results.map { try? $0.get().id }).count == 3)
        #expect(try array("[]").isEmpty)
        #expect(try array("\u{feff}[]").isEmpty)
    }

    @Test("of an array keeps its good events beside bad ones")
    func badElements() throws {
        let results = try array("[\(event(1)),{\"user_id\":0},7,null,[\(event(2))],\"x\",\(event(3))]")
        #expect(userIDs(results) == [1, nil, nil, nil, nil, nil, 3])
        for index in [2, 3, 4, 5] { #expect(results[index] == .failure(.malformed("expected a JSON object"))) }
        guard case .failure(.invalid(let issues)) = results[1] else {
            Issue.record("an event of user 0 passed")
            return
        }
        #expect(issues.first?.loc == [.field("body"), .index(1), .field("user_id")])
        #expect(issues.map(\.type) == [.greaterThanEqual, .missing, .missing, .missing])
        #expect(issues.first?.description == "body.1.user_id: Input should be greater than or equal to 1")
    }

    @Test(
        "of an array keeps its good events beside one that a limit refuses",
        arguments: [
            (#"{"user_session":"\ud800"}"#, "half of a pair"), (#"{"\udc00":1}"#, "half of a pair"),
            (#""\ud800\ud800""#, "half of a pair"), (#"[{"a":"\ud800]}"}]"#, "half of a pair"),
            ("{\"user_id\":\(String(repeating: "9", count: 2_000))}", "a number of more than 1024 characters"),
            (String(repeating: "[", count: 200) + String(repeating: "]", count: 200), "levels of arrays and objects"),
            (
                String(repeating: "{\"a\":[", count: 50) + "\"}]\"" + String(repeating: "]}", count: 50),
                "levels of arrays and objects"
            ),
        ])
    func limits(element: String, reason: String) throws {
        let results = try array("[\(event(1)),\(element) , \(event(3))]")
        #expect(userIDs(results) == [1, nil, 3])
        guard case .failure(.malformed(let text)) = results[1] else {
            Issue.record("\(element) passed")
            return
        }
        #expect(text.contains(reason), "\(text)")
        // The same by lines.
        #expect(userIDs(try lines("\(event(1))\n\(element)\n\(event(3))")) == [1, nil, 3])
    }

    @Test("of an array keeps its good events beside a text that is not UTF-8")
    func notUTF8() throws {
        let bytes = Array("[\(event(1)),{\"user_session\":\"".utf8) + [0xFF] + Array("\"},\(event(3))]".utf8)
        #expect(userIDs(try decoder.decodeBatch(array: bytes, receivedAt: receipt)) == [1, nil, 3])
    }

    @Test(
        "is refused as a whole where the structure behind a refused element is broken",
        arguments: [
            #"[{"a":"\ud800"},{]"#, #"[{"a":"\ud800""#, #"["\ud800\x"]"#, #"["\ud800" 1]"#, #"[{"a":"\ud800",}]"#,
            #"[["\ud800",]]"#, #"[{"a":"\ud800" "b":1}]"#, "[" + String(repeating: "[", count: 200),
        ])
    func brokenBehindLimit(text: String) {
        #expect(throws: BatchRejection.self) { try array(text) }
    }

    @Test(
        "that is not a JSON array is refused as a whole",
        arguments: [
            ("", "expected a JSON array at byte 0"), ("{}", "expected a JSON array at byte 0"),
            ("1", "expected a JSON array at byte 0"), ("[", "unexpected end of the text at byte 1"),
            ("[{]", "expected a key in quotes at byte 2"), ("[{},]", "unexpected ',' before ']' at byte 4"),
            ("[] []", "unexpected text after the value at byte 3"), ("[{}{}]", "expected ',' or ']' at byte 3"),
        ])
    func malformedArray(text: String, reason: String) {
        #expect(throws: BatchRejection.malformed(reason)) { try array(text) }
    }

    @Test("has a line per event, and may have blank lines")
    func linesOfEvents() throws {
        let expected: [Int64?] = [1, 2, 3]
        #expect(userIDs(try lines("\(event(1))\n\(event(2))\n\(event(3))\n")) == expected)
        #expect(userIDs(try lines("\(event(1))\r\n\(event(2))\r\n\(event(3))")) == expected)
        #expect(userIDs(try lines("\u{feff}\n\n\(event(1))\n \t\r\n\(event(2))\n\n\(event(3))\n\n")) == expected)
        #expect(userIDs(try lines("\u{feff}\(event(1))")) == [1])
        #expect(try lines("").isEmpty)
        #expect(try lines("\n \r\n").isEmpty)
    }

    @Test("of lines keeps its good events beside bad and broken ones")
    func badLines() throws {
        let results = try lines("\(event(1))\n{\"user_id\":\n\n[]\n{\"user_id\":2}\n\(event(2)) x\n\(event(3))")
        #expect(userIDs(results) == [1, nil, nil, nil, nil, 3])
        guard case .failure(.malformed) = results[1], case .failure(.malformed) = results[2],
            case .failure(.invalid(let issues)) = results[3], case .failure(.malformed) = results[4]
        else {
            Issue.record("unexpected results: \(results)")
            return
        }
        // The index counts results, so blank lines do not count.
        #expect(issues.first?.loc == [.field("body"), .index(3), .field("product_id")])
    }

    @Test("refuses an event with the id of an earlier one and other content, and names both")
    func conflicts() throws {
        func event(_ id: String, _ product: Int, _ more: String = "") -> String {
            #"{"user_id":1,"product_id":\#(product),"event_type":"view","user_session":"s","event_id":"\#(id)"\#(more)}"#
        }
        let texts = [
            event("a", 1), event("b", 1), event("a", 1), event("a", 2), "{}", event("b", 1, ",\"price\":1"),
            event("a", 1, ",\"event_time\":\"2024-01-01T00:00:00Z\""),
        ]
        for results in [try array("[\(texts.joined(separator: ","))]"), try lines(texts.joined(separator: "\n"))] {
            let issues = results.map { result -> [ValidationIssue] in
                if case .failure(.invalid(let issues)) = result { issues } else { [] }
            }
            let conflicts = issues.indices.filter { issues[$0].contains { $0.type == .eventIDConflict } }
            #expect(conflicts == [3, 5, 6])
            #expect(issues[3].first?.loc == [.field("body"), .index(3), .field("event_id")])
            #expect(
                issues[3].first?.msg
                    == "Event 3 of the batch has the id of event 0 and other content: product_id 2 (there: 1)")
            #expect(issues[5].first?.msg.hasSuffix("event 1 and other content: price 1.0 (there: none)") == true)
            #expect(
                issues[6].first?.msg.hasSuffix("event_time 2024-01-01T00:00:00Z (there: none)") == true)
        }
    }

    @Test("has at most 10,000 events")
    func limit() throws {
        let full = Array(repeating: event(1), count: EventDecoder.maximumBatchCount)
        #expect(try array("[" + full.joined(separator: ",") + "]").count == 10_000)
        #expect(try lines(full.joined(separator: "\n")).count == 10_000)
        #expect(throws: BatchRejection.tooMany(limit: 10_000)) {
            try array("[" + (full + ["{}"]).joined(separator: ",") + "]")
        }
        #expect(throws: BatchRejection.tooMany(limit: 10_000)) {
            try lines((full + ["{}"]).joined(separator: "\n"))
        }
    }

    @Test("allows each event the depth of a single event")
    func depth() throws {
        let levels = 31
        let deepest = String(repeating: "[", count: levels - 1) + String(repeating: "]", count: levels - 1)
        let text = PostedEvent.with("properties", "{\"a\":\(deepest)}").text
        #expect(throws: Never.self) { try decoder.decode(Array(text.utf8), receivedAt: receipt) }
        #expect(throws: Never.self) { try array("[\(text)]").first?.get() }
    }
}
