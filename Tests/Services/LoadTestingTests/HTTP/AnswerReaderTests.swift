import TestSupport
import Testing

@testable import LoadTesting

@Suite("Reading answers") struct AnswerReaderTests {
    private func read(_ text: String) throws -> AnswerReader.Answer? {
        var reader = AnswerReader()
        return try reader.read(Array(text.utf8))
    }

    private static let answers: [(String, AnswerReader.Answer)] = [
        (
            "HTTP/1.1 200 OK\r\nContent-Type: a\r\nContent-Length: 3\r\n\r\nabc",
            AnswerReader.Answer(status: 200, body: Array("abc".utf8), keepsConnection: true)
        ),
        (
            "HTTP/1.1 503 No\r\ncontent-length:0\r\nConnection: close\r\n\r\n",
            AnswerReader.Answer(status: 503, body: [], keepsConnection: false)
        ),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 422 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n",
            AnswerReader.Answer(status: 422, body: Array("abc".utf8), keepsConnection: true)
        ),
        ("HTTP/1.1 204 No Content\r\n\r\n", AnswerReader.Answer(status: 204, body: [], keepsConnection: true)),
        (
            "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
            AnswerReader.Answer(status: 200, body: [0x78], keepsConnection: false)
        ),
    ]

    @Test("an answer is the same however it is divided, and the connection can be used again", arguments: answers)
    func pieces(text: String, answer: AnswerReader.Answer) throws {
        var reader = AnswerReader()
        for size in [1, 2, 7, text.utf8.count] {
            var found: [AnswerReader.Answer] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                if let answer = try reader.read(Array(rest.prefix(size))) { found.append(answer) }
                rest = rest.dropFirst(size)
            }
            #expect(found == [answer])
        }
    }

    @Test(
        "what is no answer to one request is refused",
        arguments: [
            "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", String(repeating: "x", count: 70_000),
        ])
    func refused(text: String) {
        #expect(throws: AnswerReader.Failure.self) { try read(text) }
    }

    @Test("damaged answers end in an answer, a wait or an error")
    func damaged() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            var bytes = Array(Self.answers.randomElement(using: &generator)?.0.utf8 ?? "".utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            var reader = AnswerReader()
            _ = try? reader.read(bytes)
        }
    }
}
