import Dispatch
import HTTPMessages
import HTTPServer
import Synchronization
import TestSupport

/// A server that has been started, and where it listens.
struct TestServer: Sendable {
    let server: HTTPServer
    let port: Int

    func connect(from source: String? = nil, receiveBuffer: Int32? = nil) throws -> Client {
        Client(try LoopbackConnection.connect(to: port, from: source, receiveBuffer: receiveBuffer))
    }

    /// A client that has asked for `/a`, and been sent the answer's head.
    func openStream(receiveBuffer: Int32? = nil) async throws -> Client {
        let client = try connect(receiveBuffer: receiveBuffer)
        try await client.send("GET /a HTTP/1.1")
        _ = try await client.head()
        return client
    }

    /// The answer to `head` and `body`, over a connection of their own. The head is written as a text of its lines,
    /// `Host` and the end are added.
    func request(_ head: String, body: String = "", from source: String? = nil) async throws -> Answer {
        let client = try connect(from: source)
        try await client.send(head, body: body)
        return try await client.answer(toHEAD: head.hasPrefix("HEAD "))
    }

    var statistics: HTTPServerStatistics {
        get async { await server.statistics }
    }

    /// Waits until the server's statistics are as wanted.
    func eventually(_ description: String, _ condition: (HTTPServerStatistics) -> Bool) async throws {
        var last = HTTPServerStatistics()
        try await TestSupport.eventually("\(description), of \(last)", within: .seconds(20)) {
            last = await statistics
            return condition(last)
        }
    }
}

/// Runs `body` with a server that listens on a port of its own and is stopped afterwards, whatever happens. It has all
/// the time in the world, so that nothing is mended by a limit that the test is not about.
func withServer(
    _ configure: (inout HTTPServerConfiguration) -> Void = { _ in },
    handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse,
    _ body: (TestServer) async throws -> Void
) async throws {
    var configuration = HTTPServerConfiguration()
    configuration.timeouts.head = .longerThanATest
    configuration.timeouts.body = .longerThanATest
    configuration.timeouts.handler = .longerThanATest
    configuration.timeouts.write = .longerThanATest
    configuration.timeouts.idle = .longerThanATest
    configure(&configuration)
    let server = HTTPServer(configuration: configuration, handler: handler)
    let address = try await server.start()
    do {
        try await body(TestServer(server: server, port: address.port))
    } catch {
        await server.stop(drain: .zero)
        throw error
    }
    await server.stop(drain: .zero)
}

/// Answers with the method, the target and the body.
@Sendable func echo(_ request: HTTPRequest) async -> HTTPResponse {
    .text("\(request.method) \(request.target) \(String(decoding: request.body, as: UTF8.self))")
}

/// An answer that `produce` writes.
func stream(_ produce: @escaping @Sendable (HTTPBodyWriter) async throws -> Void) -> HTTPResponse {
    HTTPResponse(body: .stream(HTTPBodyStream(produce)))
}

/// An answer as it came over the wire.
struct Answer: Sendable {
    var status = 0
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }

    subscript(name: String) -> String? { values(of: name).first }

    func values(of name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}

/// The server did not send what HTTP asks for here.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
}

/// What carries a client's bytes.
protocol Wire: Sendable {
    /// What has arrived, at least one byte; nil when the server has ended its side.
    func read() async throws -> [UInt8]?
    func write(_ bytes: [UInt8]) async throws
    func endOutput()
    func close()
    func reset()
    /// Whether an error of `read` says that the server has closed.
    func isEnd(_ error: any Error) -> Bool
}

extension LoopbackConnection: Wire {
    func read() async throws -> [UInt8]? {
        try await read(upTo: 64 << 10)
    }

    func isEnd(_ error: any Error) -> Bool {
        (error as? LoopbackFailure)?.call == "recv"
    }
}

/// A client that writes and reads bytes. One task at a time may read.
actor Client {
    private nonisolated let wire: any Wire
    private var buffer: [UInt8] = []

    init(_ wire: any Wire) {
        self.wire = wire
    }

    /// Sends bytes as they are.
    nonisolated func send(raw text: String) async throws {
        try await wire.write(Array(text.utf8))
    }

    /// Sends a request: `head` is the request line and fields without `Host`, one a line; a body brings its length.
    nonisolated func send(_ head: String, body: String = "") async throws {
        var text = head.split(separator: "\n").joined(separator: "\r\n") + "\r\nHost: test\r\n"
        if !body.isEmpty { text += "Content-Length: \(body.utf8.count)\r\n" }
        try await send(raw: text + "\r\n" + body)
    }

    /// Sends byte after byte, until the task is cancelled or the server takes no more.
    nonisolated func drip() async throws {
        while true {
            try await send(raw: "x")
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Ends the client's side; reading goes on.
    nonisolated func endOutput() {
        wire.endOutput()
    }

    /// Closes, as a client that is not interested any more.
    nonisolated func close() {
        wire.close()
    }

    /// Breaks the connection, as a client whose process was killed.
    nonisolated func reset() {
        wire.reset()
    }

    /// The next answer, whole.
    func answer(toHEAD isHead: Bool = false) async throws -> Answer {
        var answer = try await head()
        if isHead || answer.status < 200 || answer.status == 204 || answer.status == 304 { return answer }
        if answer["Transfer-Encoding"] == "chunked" {
            while let chunk = try await chunk() { answer.body += chunk }
        } else if let length = answer["Content-Length"].flatMap({ Int($0) }) {
            answer.body = try await bytes(length)
        } else {
            answer.body = try await rest()
        }
        return answer
    }

    /// The next answer, whole; nil where the server has closed before its first byte.
    func answerUnlessClosed() async throws -> Answer? {
        do {
            if buffer.isEmpty, try await !fill() { return nil }
        } catch  where wire.isEnd(error) {
            return nil
        }
        return try await answer()
    }

    /// The next answer's head.
    func head() async throws -> Answer {
        var answer = Answer()
        let status = try await line()
        guard status.hasPrefix("HTTP/1.1 ") || status.hasPrefix("HTTP/1.0 "),
            let code = Int(status.dropFirst(9).prefix(3))
        else { throw Unexpected(description: "no status line: \(status)") }
        answer.status = code
        while case let line = try await line(), !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { throw Unexpected(description: "no field: \(line)") }
            answer.headers.append(
                (String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " })))
        }
        return answer
    }

    /// The next chunk of a chunked body; nil for the last one.
    func chunk() async throws -> [UInt8]? {
        let size = try await line()
        guard let count = Int(size, radix: 16) else { throw Unexpected(description: "no chunk size: \(size)") }
        let chunk = try await bytes(count)
        let end = try await line()
        guard end.isEmpty else { throw Unexpected(description: "no end of a chunk: \(end)") }
        return count == 0 ? nil : chunk
    }

    /// Chunks, as a text, until they end with `end`.
    func chunks(until end: String) async throws -> String {
        var text = ""
        while !text.hasSuffix(end) {
            guard let chunk = try await chunk() else { throw Unexpected(description: "the stream ended at: \(text)") }
            text += String(decoding: chunk, as: UTF8.self)
        }
        return text
    }

    /// All that comes until the server closes the connection.
    func rest() async throws -> [UInt8] {
        while let more = try await wire.read() { buffer += more }
        defer { buffer = [] }
        return buffer
    }

    /// Whether the server closes, without a byte more. A reset is a close, too.
    func isClosedByServer() async throws -> Bool {
        do {
            return try await rest().isEmpty
        } catch  where wire.isEnd(error) {
            return true
        }
    }

    private func bytes(_ count: Int) async throws -> [UInt8] {
        while buffer.count < count { try await more() }
        defer { buffer.removeFirst(count) }
        return Array(buffer.prefix(count))
    }

    private func line() async throws -> String {
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer.removeFirst(end + 1) }
                let line = buffer[..<end]
                guard line.last == UInt8(ascii: "\r") else {
                    throw Unexpected(description: "a line without CR: \(String(decoding: line, as: UTF8.self))")
                }
                return String(decoding: line.dropLast(), as: UTF8.self)
            }
            searched = buffer.count
            try await more()
        }
    }

    private func more() async throws {
        guard try await fill() else {
            throw Unexpected(description: "the end after: \(String(decoding: buffer, as: UTF8.self))")
        }
    }

    /// False at the end.
    private func fill() async throws -> Bool {
        guard let more = try await wire.read() else { return false }
        buffer += more
        return true
    }
}

/// Opens once. Whoever waits goes on then, or when its task is cancelled.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var lastID = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Whether it was opened, rather than the task cancelled.
    @discardableResult
    func wait() async -> Bool {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    // Cancellation is set before the handler below runs: one of both sees the other.
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
        return isOpen
    }
}

extension Recorder<HTTPBodyWriteError> {
    /// Notes the error that `writing` ends with, if it does.
    func failure(of writing: () async throws(HTTPBodyWriteError) -> Void) async {
        do throws(HTTPBodyWriteError) { try await writing() } catch { append(error) }
    }
}

/// Holds up a thread, such as a server's loop, until it is opened; at most ten seconds.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() {
        semaphore.signal()
    }

    func wait() {
        _ = semaphore.wait(timeout: .now() + 10)
    }
}

extension Duration {
    /// What takes so long fails by the test's limit of time, and ends soon after it.
    static let longerThanATest = Duration.seconds(90)
}
