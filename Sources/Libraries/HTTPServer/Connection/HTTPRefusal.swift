public import HTTPMessages

/// Something the server answers by itself, before or instead of the handler.
///
/// `HTTPServerConfiguration.refusal` renders it, so that these answers look like the application's own. Only what
/// libmicrohttpd answers before it calls anything is not rendered by it; see `HTTPServer`.
public struct HTTPRefusal: Sendable, Hashable {
    /// What happened.
    public enum Reason: Sendable, Hashable {
        /// The head is malformed or could be read in two ways by two servers (request smuggling).
        case malformedRequest
        /// The head has more than this many bytes.
        case headTooLarge(limit: Int)
        /// The body has more than this many bytes.
        case bodyTooLarge(limit: Int)
        /// The head or the body did not come in time.
        case requestTimeout
        /// The handler did not answer in time.
        case handlerTimeout
        /// The server has as many connections as it may.
        case tooManyConnections
        /// The client's address has as many connections as it may.
        case tooManyConnectionsOfAddress
        /// The bodies held in memory, or the handlers under way, have reached their bound.
        case overloaded
        /// The handler's answer cannot be sent; see `HTTPResponse`.
        case invalidResponse
    }

    /// What happened.
    public var reason: Reason
    /// A sentence for the client.
    public var detail: String

    /// The status the answer should have.
    public var status: HTTPStatus {
        switch reason {
        case .malformedRequest: .badRequest
        case .headTooLarge: .requestHeaderFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .requestTimeout: .requestTimeout
        case .handlerTimeout, .tooManyConnections, .overloaded: .serviceUnavailable
        case .tooManyConnectionsOfAddress: .tooManyRequests
        case .invalidResponse: .internalServerError
        }
    }

    /// Pairs a reason and a sentence.
    public init(_ reason: Reason, detail: String) {
        self.reason = reason
        self.detail = detail
    }

    /// The answer where the application renders none: the sentence as plain text, `Retry-After` with a 503.
    public var plainText: HTTPResponse {
        var response = HTTPResponse.text(detail + "\n", status: status)
        if status == .serviceUnavailable {
            response.headers["Retry-After"] = "1"
        }
        return response
    }
}
