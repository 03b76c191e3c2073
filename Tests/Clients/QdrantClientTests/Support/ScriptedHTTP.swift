import Synchronization
import TestSupport

/// A request as the scripted server has read it.
struct ReceivedRequest: Sendable {
    let method: String
    let target: String
    let headers: [String: String]
    let body: String
}

/// What the scripted server does with a request.
enum HTTPAnswer: Sendable {
    case json(Int, String, headers: [String] = [])
    /// Bytes as they are.
    case raw(String)
    /// Closes the connection without a word.
    case cut
    /// Says nothing, now and later.
    case silence
}

/// An HTTP server on loopback that answers requests in turn, the last answer again and again.
final class ScriptedHTTP: Sendable {
    let url: String

    var port: UInt16 { listener.port }
    private let listener: LoopbackListener
    private let state: Mutex<(answers: [HTTPAnswer], requests: [ReceivedRequest], open: [LoopbackConnection])>

    init(_ answers: [HTTPAnswer]) throws {
        listener = try LoopbackListener()
        url = "http://127.0.0.1:\(listener.port)"
        state = Mutex((answers, [], []))
        Task { [weak self, listener] in
            while let connection = try? await listener.accept() {
                guard let self else { return }
                state.withLock { $0.open.append(connection) }
                Task { try? await self.serve(connection) }
            }
        }
    }

    deinit { listener.close() }

    var requests: [ReceivedRequest] { state.withLock { $0.requests } }

    private func serve(_ connection: LoopbackConnection) async throws {
        var bytes: [UInt8] = []
        while let more = try await connection.read() {
            bytes += more
            while let (request, count) = Self.parse(bytes) {
                bytes.removeFirst(count)
                let answer = state.withLock { state in
                    state.requests.append(request)
                    return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
                }
                switch answer {
                case .silence: continue
                case .cut: return connection.close()
                case .raw(let text): try await connection.write(Array(text.utf8))
                case .json(let status, let body, let headers):
                    let lines = ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)"] + headers
                    try await connection.write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
                }
            }
        }
    }

    private static func parse(_ bytes: [UInt8]) -> (ReceivedRequest, Int)? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let head = text[..<end.upperBound].utf8.count
        let length = headers["content-length"].flatMap(Int.init) ?? 0
        guard bytes.count >= head + length else { return nil }
        let body = String(decoding: bytes[head..<head + length], as: UTF8.self)
        return (
            ReceivedRequest(method: String(words[0]), target: String(words[1]), headers: headers, body: body),
            head + length
        )
    }
}
