import HTTPMessages
import HTTPWire
import TestSupport
import Testing

struct ChunkDecoderTests {
    private static let head = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let next = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test(
        "chunks are joined, their extensions and trailers dropped, however they are cut",
        arguments: [
            ("5\r\nhello\r\n6;name=value\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n", "hello world"),
            ("0\r\n\r\n", ""), ("0000;a;b=\"c d\"\r\n\r\n", ""), ("1;\r\na\r\n0;\r\n\r\n", "a"),
            ("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n", "abc"),
            ("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789"),
            ("4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"), ("0\r\nA:\r\nB: \t\u{e9}\r\nA: 2\r\n\r\n", ""),
            ("1;a=\tb\u{e9}\r\nx\r\n0\r\n\r\n", "x"), ("00000000000000000000000000000001\r\nx\r\n0\r\n\r\n", "x"),
        ])
    func joined(chunks: String, body: String) {
        let all = Self.head + chunks + Self.next
        let positions = Array(Self.head.utf8.count..<all.utf8.count)
        for cuts in [[], positions] + positions.map({ [$0] }) {
            var connection = Connection()
            connection.receive(all, cutAt: cuts)
            #expect(connection.requests.map(\.text) == [body, ""])
            #expect(connection.requests.map(\.head.target.path) == ["/a", "/b"])
            #expect(connection.requests.first?.head.headers.count == 2)
            #expect(connection.requests.first?.head.framing == .chunked)
        }
    }

    @Test("extensions and trailers of all chunks together may be as long as a head")
    func allowance() {
        let limits = RequestLimits.tests(headerBytes: 200)
        let some = "1;" + String(repeating: "x", count: 60) + "\r\na\r\n"
        let twice = some + some
        // A trailer's colon counts, the ends of lines do not.
        let trailer = "0\r\nX:" + String(repeating: "y", count: 78) + "\r\n\r\n"
        var connection = Connection(limits)
        connection.receive(Self.head + twice + trailer + Self.next)
        #expect(connection.requests.map(\.text) == ["aa", ""])
        for more in [trailer.replacing("X:", with: "X:y"), trailer.replacing("0\r\n", with: "0;x\r\n"), some + trailer]
        {
            var connection = Connection(limits)
            connection.receive(Self.head + twice + more + Self.next)
            #expect(connection.refusals.map(\.status) == [400])
            #expect(connection.refusals.map(\.detail) == ["The extensions and trailers of the chunks are too long."])
            #expect(connection.requests.isEmpty)
        }
    }

    @Test("trailers without end are refused")
    func endlessTrailers() {
        var connection = Connection()
        connection.receive(Self.head + "0\r\n")
        var lines = 0
        while connection.refusals.isEmpty, lines < 10_000 {
            connection.receive("X: 1\r\n")
            lines += 1
        }
        #expect(connection.refusals.map(\.status) == [400])
        #expect(lines < 3_000)
    }

    @Test("16 MiB in chunks of all sizes arrive whole")
    func manyBytes() {
        var generator = SeededGenerator(seed: 1)
        let body = generator.bytes(16 << 20)
        var text = Array(Self.head.utf8)
        var rest = body[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(Int.random(in: 1...70_000, using: &generator))
            rest = rest.dropFirst(chunk.count)
            text += String(chunk.count, radix: 16).utf8
            text += "\r\n".utf8
            text += chunk
            text += "\r\n".utf8
        }
        text += "0\r\n\r\n".utf8
        var connection = Connection(.tests(bodyBytes: body.count))
        connection.answersAtOnce = false
        var sent = text[...]
        while !sent.isEmpty {
            let piece = sent.prefix(Int.random(in: 1...100_000, using: &generator))
            sent = sent.dropFirst(piece.count)
            connection.receive(piece)
        }
        #expect(connection.requests.map(\.body) == [body])
        #expect(connection.machine.bufferedBodyBytes == 0)
    }
}
