public import HTTPMessages

/// An answer that the server gives by itself, before or instead of the handler's.
///
/// It says why; how it looks is decided by whoever renders it. A value, safe to hand to any task.
public struct HTTPRefusal: Error, Sendable, Hashable {
    /// Why a request is not handled, or its handler's answer not sent.
    public enum Reason: Sendable, Hashable {
        /// The request breaks the grammar of HTTP, or could be read in two ways by two servers (request smuggling).
        case malformedRequest
        /// The version is neither HTTP/1.1 nor HTTP/1.0.
        case unsupportedVersion
        /// The request line is longer than the head may be, which has this many bytes at most.
        case targetTooLong(limit: Int)
        /// The head has more than this many bytes.
        case headTooLarge(limit: Int)
        /// The head has more than this many fields.
        case tooManyFields(limit: Int)
        /// The body has more than this many bytes.
        case bodyTooLarge(limit: Int)
        /// The client expects something other than `100-continue`.
        case expectationFailed
        /// The head or the body did not come in time.
        case requestTimeout
        /// The handler did not answer in time.
        case handlerTimeout
        /// The server has as many connections as it may.
        case tooManyConnections
        /// The client's address has as many connections as it may.
        case tooManyConnectionsOfAddress
        /// The bodies held in memory, or the running handlers, have reached their bound.
        case overloaded
        /// The handler's answer cannot be sent: a status outside 200 ... 599, a name that is not a token, or a control
        /// character in a value.
        case invalidResponse
    }

    /// What happened.
    public var reason: Reason
    /// A sentence for the client.
    public var detail: String
    /// The head of the refused request; nil where it was not understood, or where a handler has it.
    public var head: RequestHead?

    /// Pairs a reason and a sentence.
    public init(_ reason: Reason, detail: String, head: RequestHead? = nil) {
        self.reason = reason
        self.detail = detail
        self.head = head
    }

    /// The status that the answer should have.
    public var status: HTTPStatus {
        switch reason {
        case .malformedRequest: .badRequest
        case .unsupportedVersion: 505
        case .targetTooLong: 414
        case .headTooLarge, .tooManyFields: .requestHeaderFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .expectationFailed: 417
        case .requestTimeout: .requestTimeout
        case .handlerTimeout, .tooManyConnections, .overloaded: .serviceUnavailable
        case .tooManyConnectionsOfAddress: .tooManyRequests
        case .invalidResponse: .internalServerError
        }
    }
}

extension HTTPRefusal {
    static func malformed(_ detail: String) -> HTTPRefusal {
        HTTPRefusal(.malformedRequest, detail: detail)
    }

    static func bodyTooLarge(limit: Int, _ head: RequestHead? = nil) -> HTTPRefusal {
        HTTPRefusal(.bodyTooLarge(limit: limit), detail: "The body is larger than \(limit) bytes.", head: head)
    }

    /// The same refusal, of the request with this head.
    func of(_ head: RequestHead) -> HTTPRefusal {
        HTTPRefusal(reason, detail: detail, head: head)
    }
}
