import HTTPMessages
import HTTPWire
import TestSupport
import Testing

/// Requests that two servers in a row could read in two ways (RFC 9112, section 11.2), over the machine.
@Suite(.timeLimit(.minutes(5)))
struct SmugglingTests {
    private static let next = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("is refused with a 400, and what follows is not read, however it is cut", arguments: RequestSamples.unsound)
    func refused(what: String, request: String) throws {
        let refusal = try outcome(of: request)
        #expect(refusal.reason == .malformedRequest)
        #expect(refusal.status == 400)
    }

    @Test(
        "a length that no integer holds is refused with a 413, and what follows is not read",
        arguments: [
            RequestSamples.post("Content-Length: 18446744073709551616"),
            RequestSamples.post("Content-Length: 99999999999999999999999999"),
            RequestSamples.post("Content-Length: 9223372036854775808"),
            RequestSamples.post("Content-Length: 9223372036854775807"),
            RequestSamples.chunked("10000000000000000\r\na\r\n"),
        ])
    func enormousLength(request: String) throws {
        #expect(try outcome(of: request).status == 413)
    }

    @Test(
        "a chunk that no integer holds together with those before it is too large, and swallowed",
        arguments: ["8000000000000000", "fffffffffffffff", "7fffffffffffffff"])
    func enormousChunk(size: String) {
        var connection = Connection()
        connection.receive(RequestSamples.chunked("1\r\na\r\n\(size)\r\n"))
        let isKnown = !connection.refusals.isEmpty
        connection.receive([UInt8](repeating: 120, count: 3 << 20)[...])
        #expect(connection.refusals.map(\.status) == [413])
        #expect(connection.requests.isEmpty)
        #expect(isKnown == (size == "8000000000000000"), "a size that an integer holds is only announced")
    }

    @Test(
        "a version that the server does not know is refused with a 505, and what follows is not read",
        arguments: ["HTTP/2.0", "HTTP/0.9", "HTTP/9.9"])
    func unknownVersion(version: String) throws {
        let refusal = try outcome(of: "GET /a \(version)\r\nHost: a\r\n\r\n")
        #expect(refusal.status == 505)
        #expect(refusal.reason == .unsupportedVersion)
    }

    @Test(
        "what is sound is taken, and so is the next request, however it is cut",
        arguments: [
            RequestSamples.post("Content-Length: 5"), RequestSamples.post("content-length:5"),
            RequestSamples.post("Content-Length: \t 5"),
            RequestSamples.post("Content-Length: 5 \t"), RequestSamples.post("Content-Length: 0000000000000000000005"),
            RequestSamples.post("Transfer-Encoding: chunked", body: "5\r\nhello\r\n0\r\n\r\n"),
            RequestSamples.post("transfer-encoding:CHUNKED", body: "5\r\nhello\r\n0\r\n\r\n"),
            RequestSamples.post("Transfer-Encoding: \t chunked", body: "05\r\nhello\r\n00\r\n\r\n"),
            RequestSamples.post("Content-Length: 5\r\nX: \u{e9}\t1\r\nX-Empty:\r\nY:"),
            "GET /a?b=%C3%A9 HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 5\r\n\r\nhello",
            "GET /a HTTP/1.1\r\nHost:\r\nContent-Length: 5\r\n\r\nhello",
        ])
    func sound(request: String) throws {
        let all = request + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
        var seen: Set<[Connection.Request]> = []
        for cuts in cuts(of: all) {
            var connection = Connection()
            connection.receive(all, cutAt: cuts)
            #expect(connection.refusals.isEmpty)
            seen.insert(connection.requests)
        }
        let requests = try #require(seen.first)
        #expect(seen.count == 1)
        #expect(requests.map(\.text) == ["hello", ""])
        #expect(requests.last?.head.target.raw == "/next")
    }

    /// The refusal of a request with another behind it, the same for all cuts; nothing else is seen.
    private func outcome(of request: String) throws -> HTTPRefusal {
        let all = request + Self.next
        var refusals: Set<HTTPRefusal> = []
        for cuts in cuts(of: all) {
            var connection = Connection()
            connection.receive(all, cutAt: cuts)
            try #require(connection.refusals.count == 1, "cut at \(cuts)")
            refusals.insert(connection.refusals[0])
            try #require(connection.requests.isEmpty)
            try #require(connection.hasEndedOutput || connection.isClosed)
            let answers = try Answers.all(connection.text)
            try #require(answers.map(\.status) == connection.refusals.map(\.status.code))
            try #require(answers[0]["connection"] == "close")
            try #require(!connection.text.contains("smuggled"))
            // Nor is what comes later.
            connection.receive(Self.next)
            try #require(connection.requests.isEmpty)
            try #require(connection.refusals.count == 1)
        }
        let refusal = try #require(refusals.first)
        #expect(refusals.count == 1, "\(refusals)")
        #expect(refusal.detail.wholeMatch(of: /[A-Z][ -~]+\./) != nil, "a sentence: \(refusal.detail)")
        return refusal
    }

    /// Whole, a byte at a time, and in two pieces at each position.
    private func cuts(of text: String) -> [[Int]] {
        let positions = Array(1..<text.utf8.count)
        return [[], positions] + positions.map { [$0] }
    }
}
