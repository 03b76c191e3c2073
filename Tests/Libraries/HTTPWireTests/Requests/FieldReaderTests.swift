import Bytes
import HTTPMessages
import HTTPWire
import Testing

struct FieldReaderTests {
    @Test("blanks around a value are not part of it, blanks within are")
    func blanksAroundAValue() {
        var connection = Connection()
        connection.receive("GET / HTTP/1.1\r\nHost: a\r\nA: \t b \t c\t \r\nD:\r\nE: \t \r\nF:g:h\r\n\r\n")
        #expect(
            connection.requests.map(\.head.headers) == [["Host": "a", "A": "b \t c", "D": "", "E": "", "F": "g:h"]])
    }

    @Test("bytes above ASCII are values, and stay as they are")
    func bytesAboveASCII() {
        var connection = Connection()
        connection.receive(("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8 + [0xFF, 0x80, 0xE9] + "\r\n\r\n".utf8)[...])
        var bytes: [UInt8] = []
        connection.requests.first?.head.headers.forEachField { name, value in
            if name.equalsIgnoringCase(name.indices, "x") { bytes.append(value) }
        }
        #expect(bytes == [0xFF, 0x80, 0xE9])
    }

    @Test("no control character but the tab is in a value", arguments: UInt8.min...UInt8.max)
    func controlCharacters(byte: UInt8) {
        let isAllowed = byte >= 0x20 && byte != 0x7F || byte == 0x09
        var connection = Connection()
        connection.receive(("GET / HTTP/1.1\r\nHost: a\r\nX: a".utf8 + [byte] + "b\r\n\r\n".utf8)[...])
        #expect(connection.requests.count == (isAllowed ? 1 : 0))
        #expect(connection.refusals.map(\.status) == (isAllowed ? [] : [400]))
    }

    @Test("only bytes of tokens are in a name", arguments: UInt8.min...UInt8.max)
    func names(byte: UInt8) {
        let isTokenByte =
            Array("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8).contains(byte)
        // A colon ends the name.
        let isAllowed = isTokenByte || byte == UInt8(ascii: ":")
        var connection = Connection()
        connection.receive(("GET / HTTP/1.1\r\nHost: a\r\nX".utf8 + [byte] + "Y: b\r\n\r\n".utf8)[...])
        #expect(connection.requests.count == (isAllowed ? 1 : 0))
    }

    @Test(
        "a Host may be empty, a name, an address, with a port",
        arguments: ["", "a", "a.example:80", "127.0.0.1", "[::1]:8080", "a_b", "xn--e1afmkfd", "a%20b"])
    func soundHosts(host: String) {
        var connection = Connection()
        connection.receive("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(connection.requests.map { $0.head.headers["Host"] } == [host])
    }

    @Test("as many fields as may be are taken, one more is a 431")
    func numberOfFields() {
        func head(_ count: Int) -> String {
            "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: 1\r\n", count: count - 1) + "\r\n"
        }
        var connection = Connection(.tests(fields: 20))
        connection.receive(head(20))
        #expect(connection.requests.map(\.head.headers.count) == [20])
        connection.receive(head(21))
        #expect(connection.requests.count == 1)
        #expect(
            connection.refusals == [
                HTTPRefusal(.tooManyFields(limit: 20), detail: "The header has more than 20 fields.")
            ])
        #expect(connection.hasEndedOutput)
    }

    // MARK: - Expectations

    @Test("a client that waits for leave to send its body gets it, and one that does not wait does not")
    func leave() throws {
        let head = "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n"
        var waiting = Connection()
        waiting.receive(head)
        #expect(waiting.takeText() == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(waiting.requests.isEmpty)
        waiting.receive("hello")
        #expect(waiting.requests.map(\.text) == ["hello"])
        #expect(try Answers.all(waiting.text).map(\.status) == [200])
        var hasty = Connection()
        hasty.receive(head + "h")
        hasty.receive("ello")
        #expect(hasty.requests.map(\.text) == ["hello"])
        #expect(try Answers.all(hasty.text).map(\.status) == [200])
    }

    @Test(
        "leave is given for chunks, not without a body, nor to HTTP/1.0",
        arguments: [
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked", true), ("GET / HTTP/1.1\r\nHost: a", false),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0", false), ("POST / HTTP/1.0\r\nContent-Length: 5", false),
        ])
    func leaveByFraming(head: String, isGiven: Bool) {
        var connection = Connection()
        connection.receive(head + "\r\nExpect: 100-continue\r\n\r\n")
        #expect(connection.text.hasPrefix("HTTP/1.1 100 ") == isGiven)
        #expect(connection.machine.wantsInput)
    }

    @Test("another expectation is refused with a 417", arguments: ["100-continue, x", "x", "", "200-ok"])
    func otherExpectations(value: String) {
        var connection = Connection()
        connection.receive("POST / HTTP/1.1\r\nHost: a\r\nExpect: \(value)\r\nContent-Length: 5\r\n\r\nhello")
        #expect(connection.refusals.map(\.reason) == [.expectationFailed])
        #expect(connection.refusals.map(\.status) == [417])
        #expect(connection.hasEndedOutput)
    }

    @Test("a body that is too large is refused and not asked for")
    func noLeaveForTooMuch() {
        var connection = Connection(.tests(bodyBytes: 5))
        connection.receive("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 6\r\n\r\n")
        #expect(connection.refusals.map(\.status) == [413])
        #expect(!connection.text.contains("100 Continue"))
        #expect(connection.hasEndedOutput)
    }
}
