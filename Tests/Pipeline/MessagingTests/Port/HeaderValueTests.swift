import Messaging
import Testing

@Suite("Headers") struct HeaderValueTests {
    @Test("setting a new key appends it, setting a known one keeps its place, nil removes it")
    func setting() {
        var table: HeaderTable = ["a": .integer(1), "b": .integer(2), "c": .integer(3)]
        table["b"] = .string("two")
        table["d"] = .null
        table["a"] = nil
        table["missing"] = nil
        #expect(table.entries.map(\.key) == ["b", "c", "d"])
        #expect(table["b"] == .string("two"))
        #expect(table["a"] == nil)
        #expect(!table.isEmpty)
    }

    @Test("a key that a literal repeats keeps its last value")
    func literal() {
        let table: HeaderTable = ["a": .integer(1), "b": .null, "a": .integer(2)]
        #expect(table.entries.map(\.key) == ["a", "b"])
        #expect(table["a"] == .integer(2))
    }

    @Test("entries become a table unless a key is repeated")
    func entries() {
        let a = HeaderTable.Entry(key: "a", value: .integer(1))
        let b = HeaderTable.Entry(key: "b", value: .null)
        #expect(HeaderTable([b, a])?.entries == [b, a])
        #expect(HeaderTable([a, b, a]) == nil)
        #expect(HeaderTable([]) == [:])
    }

    @Test("headers by which RabbitMQ sends copies are kept under names that have no effect")
    func copies() {
        var table: HeaderTable = ["a": .null, "CC": .array([.string("q")]), "BCC": .string("r"), "cc": .string("c")]
        table.setAsideCopies()
        #expect(
            table
                == HeaderTable([
                    .init(key: "a", value: .null), .init(key: "cc", value: .string("c")),
                    .init(key: "debias-cc", value: .array([.string("q")])),
                    .init(key: "debias-bcc", value: .string("r")),
                ]))
    }

    @Test("a value is read only as its own type")
    func reading() {
        #expect(HeaderValue.string("7").text == "7")
        #expect(HeaderValue.string("7").number == nil)
        #expect(HeaderValue.integer(7).number == 7)
        #expect(HeaderValue.integer(7).text == nil)
        #expect(HeaderValue.timestamp(7).number == nil)
    }
}
