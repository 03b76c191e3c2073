public import HTTPMessages

/// The head of an answer, and what follows it. A value, safe to hand to any task.
///
/// The server adds `Date`, `Content-Length` or `Transfer-Encoding`, and `Connection` where needed; fields of the last three
/// names that are set here are left out, except `Connection: close`, which ends the connection. A field with an empty
/// value is left out, too.
public struct ResponseHead: Sendable, Hashable {
    /// What follows the head.
    public enum Body: Sendable, Hashable {
        /// So many bytes.
        case length(Int)
        /// Bytes whose number is not known yet.
        case stream
    }

    /// The status, 200 ... 599.
    public var status: HTTPStatus
    /// The header fields, in their order.
    public var headers: HTTPHeaders
    /// What follows.
    public var body: Body

    /// Makes a head from its parts, which are checked when the answer is written.
    public init(status: HTTPStatus, headers: HTTPHeaders = [:], body: Body = .length(0)) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// An answer cannot be written: its status is outside 200 ... 599, a name is not a token, a value holds a control
/// character, or a length is negative.
public struct InvalidResponse: Error, Sendable, Hashable {}
