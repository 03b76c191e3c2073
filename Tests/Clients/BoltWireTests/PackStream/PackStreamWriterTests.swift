import BoltWire
import TestSupport
import Testing

@Suite("Writing values in place")
struct PackStreamWriterTests {
    private func run(_ parameters: (inout PackStreamWriter) -> Void) -> BoltWireError? {
        var encoder = MessageEncoder(version: BoltVersion(5, 8))
        do throws(BoltWireError) {
            try encoder.run("x", parameters: parameters)
            #expect(!encoder.bytes.isEmpty)
            return nil
        } catch {
            #expect(encoder.bytes.isEmpty)
            return error
        }
    }

    @Test("rows that are written in place are the rows that values give")
    func rows() throws {
        var inPlace = MessageEncoder(version: BoltVersion(5, 8))
        try inPlace.run("UNWIND $rows AS e RETURN e") { parameters in
            parameters.map(count: 1)
            parameters.string("rows")
            parameters.list(0..<40) { number, row in
                row.list(count: 5)
                row.integer(number)
                row.string(count: 3) { text in
                    for _ in 0..<3 { text.append(UInt8(ascii: "x")) }
                }
                row.null()
                row.boolean(true)
                row.float(0.5)
            }
        }
        var values = MessageEncoder(version: BoltVersion(5, 8))
        let rows = (0..<40).map { BoltValue.list([.integer($0), "xxx", nil, true, 0.5]) }
        try values.request(
            .run(
                query: "UNWIND $rows AS e RETURN e", parameters: ["rows": .list(rows)],
                options: TransactionOptions()))
        #expect(inPlace.bytes == values.bytes)
    }

    @Test("a list with more or fewer values than announced is an error, and nothing is sent")
    func counts() {
        #expect(run { $0.map(count: 0) } == nil)
        let fewer = run { parameters in
            parameters.map(count: 1)
            parameters.string("a")
            parameters.list(count: 2)
            parameters.integer(1)
        }
        #expect(fewer?.code == .notEncodable)
        let more = run { parameters in
            parameters.map(count: 1)
            parameters.string("a")
            parameters.list(count: 1)
            parameters.integer(1)
            parameters.integer(2)
        }
        #expect(more?.code == .notEncodable)
        #expect(run { _ in }?.code == .notEncodable)
        #expect(run { $0.list(count: -1) }?.code == .notEncodable)
    }

    @Test("an unsigned number above the largest integer is an error, and not another number")
    func unsigned() {
        #expect(
            run {
                $0.map(count: 1)
                $0.string("a")
                $0.integer(exactly: UInt64(Int.max))
            } == nil)
        let error = run {
            $0.map(count: 1)
            $0.string("a")
            $0.integer(exactly: UInt64(Int.max) + 1)
        }
        #expect(error?.message.contains("9223372036854775808") == true)
    }

    @Test("a text of fewer bytes than announced is an error")
    func shortText() {
        let error = run {
            $0.map(count: 1)
            $0.string("a")
            $0.string(count: 5) { $0.append(65) }
        }
        #expect(error?.message.contains("4 were not written") == true)
    }

    @Test("what only servers send is refused with the reason")
    func results() {
        let node = BoltValue.node(BoltNode(id: 1, labels: [], properties: [:]))
        #expect(run { $0.map(["a": [node]]) }?.message.contains("their ids") == true)
    }

    @Test("a key that stands twice is refused, since Neo4j would close the connection")
    func twice() {
        #expect(run { $0.map(["a": 1, "b": 2, "a": 3]) }?.message.contains("twice") == true)
        #expect(run { $0.map(["a": 1, "b": ["a": 3]]) } == nil)
    }

    @Test("nesting beyond what any side reads is an error")
    func nesting() {
        var value = BoltValue.null
        for _ in 0..<DecodingLimits.deepestNesting { value = [value] }
        #expect(run { $0.map(["a": value]) }?.code == .notEncodable)
        #expect(code { _ = try packed(value) } == nil)
    }

    @Test("an error of one message does not stay for the next")
    func again() throws {
        var encoder = MessageEncoder(version: BoltVersion(5, 8))
        try encoder.request(.reset)
        let before = encoder.bytes
        #expect(code { try encoder.run("x") { $0.integer(exactly: .max) } } == .notEncodable)
        #expect(encoder.bytes == before)
        try encoder.request(.commit)
        #expect(encoder.take() == message("B00F") + message("B012"))
        #expect(encoder.bytes.isEmpty)
    }
}
