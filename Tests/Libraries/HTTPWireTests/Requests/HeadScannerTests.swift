import HTTPMessages
import HTTPWire
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HeadScannerTests {
    /// A head of so many bytes, with its empty line.
    private func head(_ size: Int) -> String {
        let frame = "GET /a HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n"
        return frame.replacing("X: ", with: "X: " + String(repeating: "x", count: size - frame.utf8.count))
    }

    @Test("a head of just as many bytes as may be is taken, one more is a 431")
    func headOfJustAsManyBytes() {
        for isByteByByte in [false, true] {
            var connection = Connection(.tests(headerBytes: 512))
            for size in [512, 513] {
                if isByteByByte { connection.receiveByteByByte(head(size)) } else { connection.receive(head(size)) }
            }
            #expect(connection.requests.count == 1)
            #expect(
                connection.refusals == [
                    HTTPRefusal(.headTooLarge(limit: 512), detail: "The header is larger than 512 bytes.")
                ])
            #expect(connection.refusals.map(\.status) == [431])
            #expect(connection.hasEndedOutput)
        }
    }

    @Test("a head is refused for each of its sizes above the bound, at the same byte, however it is cut")
    func allSizes() {
        for size in 513..<530 {
            let text = head(size)
            for cut in 490..<size {
                var connection = Connection(.tests(headerBytes: 512))
                connection.receive(text, cutAt: [cut])
                #expect(connection.refusals.map(\.status) == [431])
            }
        }
    }

    @Test(
        "a line's end that does not fit is refused at its first byte",
        arguments: [("GET /", 414), ("X\r\nX: ", 431)] as [(String, HTTPStatus)])
    func lineEnd(beginning: String, status: HTTPStatus) {
        var connection = Connection(.tests(headerBytes: 100))
        connection.receive(beginning + String(repeating: "x", count: 99 - beginning.utf8.count))
        #expect(connection.refusals.isEmpty)
        connection.receive("\r")
        #expect(connection.refusals.map(\.status) == [status])
        #expect(connection.hasEndedOutput)
    }

    @Test("a head far above the bound is refused as soon as it is above", arguments: [("field", 431), ("target", 414)])
    func farAbove(part: String, status: HTTPStatus) {
        let much = String(repeating: "x", count: 100_000)
        var connection = Connection(.tests(headerBytes: 2_048))
        connection.receive(
            part == "field" ? "GET /a HTTP/1.1\r\nHost: a\r\nX: \(much)" : "GET /\(much) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(connection.refusals.map(\.status) == [status])
        #expect(connection.hasEndedOutput)
        var slow = Connection(.tests(headerBytes: 2_048))
        var count = 0
        slow.receive(part == "field" ? "GET /a HTTP/1.1\r\nX: " : "GET /")
        while slow.refusals.isEmpty, count < 3_000 {
            slow.receive("x")
            count += 1
        }
        #expect(slow.refusals.map(\.status) == [status])
        #expect(count == 2_049 - (part == "field" ? 20 : 5))
    }

    @Test("a target of just as many bytes as leave room for the rest is taken")
    func longestTarget() {
        let frame = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        var connection = Connection(.tests(headerBytes: 2_048))
        let path = "/" + String(repeating: "x", count: 2_048 - frame.utf8.count)
        connection.receive(frame.replacing("/ H", with: path + " H"))
        #expect(connection.requests.map(\.head.target.path) == [path])
    }

    @Test("empty lines before a request are passed over, and are not part of its head")
    func emptyLines() {
        let request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        let text = String(repeating: "\r\n", count: 1_000) + request
        for isByteByByte in [false, true] {
            var connection = Connection(.tests(headerBytes: request.utf8.count))
            if isByteByByte { connection.receiveByteByByte(text) } else { connection.receive(text) }
            #expect(connection.requests.map(\.head.target.path) == ["/a"])
            connection.receive("\r\n")
            #expect(connection.machine.isIdle)
            connection.receive(text)
            #expect(connection.requests.count == 2)
        }
    }

    @Test("a head that comes a byte at a time costs one look at each byte")
    func linear() {
        // A look at all of them for each byte would be 45 billion looks, which do not end within the time limit.
        let head = "GET /a HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 300_000) + "\r\n\r\n"
        var connection = Connection(.tests(headerBytes: 1 << 20))
        let bytes = Array(head.utf8)
        for index in bytes.indices { connection.receive(bytes[index...index]) }
        #expect(connection.requests.count == 1)
    }
}
