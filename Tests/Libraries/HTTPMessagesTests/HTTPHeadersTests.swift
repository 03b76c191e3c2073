import HTTPMessages
import Testing

@Suite struct HTTPHeadersTests {
    @Test("names are found without regard to case, values in their order")
    func namesAreFoundWithoutRegard() {
        let headers = HTTPHeaders([("A", "1"), ("b", "2"), ("a", "3")])
        #expect(headers.count == 3)
        #expect(headers["a"] == "1")
        #expect(headers["B"] == "2")
        #expect(headers["c"] == nil)
        #expect(headers.values(of: "A") == ["1", "3"])
        #expect(headers.contains("B"))
        #expect(!headers.contains("ab"))
        #expect(headers.map(\.name) == ["A", "b", "a"])
        #expect("\(headers)" == "A: 1\nb: 2\na: 3")
    }

    @Test("letters only have a case: other characters with the same bits apart are others")
    func lettersOnlyHaveACaseOther() {
        let headers: HTTPHeaders = ["a[": "1", "\u{e9}": "2"]
        #expect(headers["A["] == "1")
        #expect(headers["a{"] == nil)
        #expect(headers["\u{c9}"] == nil)
    }

    @Test("a value is compared to the letter, and only the first of its name")
    func valueIsComparedToTheLetter() {
        let headers = HTTPHeaders([("Content-Type", "text/plain"), ("content-type", "text/html"), ("Empty", "")])
        #expect(headers.contains("CONTENT-TYPE", "text/plain"))
        #expect(!headers.contains("Content-Type", "text/Plain"))
        #expect(!headers.contains("Content-Type", "text/plai"))
        #expect(!headers.contains("Content-Type", "text/plain;"))
        #expect(!headers.contains("Content-Type", "text/html"))
        #expect(headers.contains("Empty", ""))
        #expect(!headers.contains("Other", ""))
    }

    @Test("assigning replaces every field of a name by one at the end")
    func assigningReplacesEveryField() {
        var headers: HTTPHeaders = ["A": "1", "B": "2", "a": "3"]
        headers["A"] = "4"
        #expect(headers == ["B": "2", "A": "4"])
        headers["C"] = "5"
        #expect(headers == ["B": "2", "A": "4", "C": "5"])
        headers["b"] = nil
        #expect(headers == ["A": "4", "C": "5"])
        headers.remove("x")
        #expect(headers.count == 2)
        headers.append("a", "")
        #expect(headers.values(of: "A") == ["4", ""])
    }

    @Test("fields are equal in their order, names without regard to case, values with it")
    func fieldsAreEqualInTheirOrder() {
        #expect(HTTPHeaders() == [:])
        #expect(HTTPHeaders().isEmpty)
        #expect((["A": "x"] as HTTPHeaders) == ["a": "x"])
        #expect((["A": "x"] as HTTPHeaders) != ["a": "X"])
        #expect((["A": "x", "B": "y"] as HTTPHeaders) != ["B": "y", "A": "x"])
        #expect((["A": "x"] as HTTPHeaders) != ["A": "x", "B": "y"])
    }

    @Test("many fields keep their values apart")
    func manyFieldsKeepTheirValuesApart() {
        var headers = HTTPHeaders()
        for number in 0..<1_000 { headers.append("name-\(number)", String(repeating: "v", count: number % 50)) }
        #expect(headers.count == 1_000)
        #expect((0..<1_000).allSatisfy { headers["NAME-\($0)"]?.count == $0 % 50 })
    }

    @Test("fields come in as bytes, a value in parts too, and go out as bytes")
    func bytes() {
        var headers = HTTPHeaders()
        headers.appendToLastValue("lost".utf8)
        #expect(headers.isEmpty)
        headers.reserve(bytes: 100, fields: 2)
        headers.append(name: "A".utf8, value: "1".utf8)
        headers.append(name: [0x42], value: [0xff])
        headers.appendToLastValue(" 2".utf8)
        #expect(headers["b"] == "\u{fffd} 2")
        var written: [[UInt8]] = []
        headers.forEachField { name, value in
            written += [name.indices.map { name[$0] }, value.indices.map { value[$0] }]
        }
        #expect(written == [[0x41], [0x31], [0x42], [0xff, 0x20, 0x32]])
        headers.removeAll()
        #expect(headers == [:])
        #expect(headers["A"] == nil)
    }

    @Test("equal fields have equal hashes, and differ where a byte moves between name and value")
    func hashes() {
        #expect(Set<HTTPHeaders>([["A": "x"], ["a": "x"]]).count == 1)
        #expect(Set<HTTPHeaders>([["a": "bc"], ["ab": "c"], ["a": "BC"], [:]]).count == 4)
    }
}
