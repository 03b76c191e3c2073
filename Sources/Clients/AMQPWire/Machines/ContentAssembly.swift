/// Puts a content together: the method that announces it, one header, bodies up to the announced size.
///
/// Each channel has its own, since frames of several channels come in any order (section 4.2.6).
///
/// A body above the limit is received and not kept: any producer may publish such a body, and a connection that ended
/// over it would be sent it again and again.
struct ContentAssembly: Sendable {
    private enum State: Sendable {
        case idle
        case awaitingHeader(Method)
        case awaitingBody(Method, ContentHeader, received: [UInt8])
        case leavingOutBody(Method, ContentHeader, left: UInt64)
    }

    /// A content that is whole, except that a body that is too large is empty where the header tells a size.
    struct Content: Sendable {
        var method: Method
        var header: ContentHeader
        var body: [UInt8]
    }

    /// RabbitMQ takes 512 MiB at most, 2 GiB before 3.8.
    private static let largestBody: UInt64 = 2 << 30

    private let bodyMax: Int
    private var state = State.idle

    init(bodyMax: Int) {
        self.bodyMax = bodyMax
    }

    var isIdle: Bool {
        if case .idle = state { true } else { false }
    }

    mutating func begin(_ method: Method) {
        state = .awaitingHeader(method)
    }

    /// The content, if it has no body.
    mutating func header(_ header: ContentHeader) throws(WireError) -> Content? {
        guard case .awaitingHeader(let method) = state else {
            throw WireError(replyCode: 505, message: "a content header without a method that announces one")
        }
        guard header.bodySize <= Self.largestBody else {
            throw WireError(replyCode: 501, message: "a body of \(header.bodySize) bytes, more than any broker takes")
        }
        guard header.bodySize > 0 else {
            state = .idle
            return Content(method: method, header: header, body: [])
        }
        state =
            header.bodySize <= bodyMax
            ? .awaitingBody(method, header, received: []) : .leavingOutBody(method, header, left: header.bodySize)
        return nil
    }

    /// The content, if this was the last part of its body.
    mutating func body(_ part: [UInt8]) throws(WireError) -> Content? {
        if case .leavingOutBody(let method, let header, let left) = state {
            guard part.count <= left else { throw Self.tooLong(header) }
            let isLast = part.count == left
            state = isLast ? .idle : .leavingOutBody(method, header, left: left - UInt64(part.count))
            return isLast ? Content(method: method, header: header, body: []) : nil
        }
        guard case .awaitingBody(let method, let header, var received) = state else {
            throw WireError(replyCode: 505, message: "a content body without a header")
        }
        // So that appending does not copy what has been received.
        state = .idle
        let size = Int(header.bodySize)
        guard part.count <= size - received.count else { throw Self.tooLong(header) }
        if received.isEmpty, part.count == size { return Content(method: method, header: header, body: part) }
        // The announced size is not reserved at once: memory grows only with what the peer has sent.
        received += part
        guard received.count < size else { return Content(method: method, header: header, body: received) }
        state = .awaitingBody(method, header, received: received)
        return nil
    }

    private static func tooLong(_ header: ContentHeader) -> WireError {
        WireError(replyCode: 501, message: "more body than the \(header.bodySize) bytes of its header")
    }

    /// Forgets a content that has begun: the channel is closed.
    mutating func reset() {
        state = .idle
    }
}
