/// A request method.
///
/// Any token is a method (RFC 9110, section 9.1): a server hands unknown ones to its handler, a client sends them. What is
/// not a token can be made here and is refused where it would be sent.
///
/// A value type: safe to hand to any task.
public struct HTTPMethod: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The method as sent; methods are case-sensitive.
    public let rawValue: String

    /// Wraps a method as sent, which is not checked.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Wraps a literal, as in `"PROPFIND"`.
    public init(stringLiteral value: String) {
        rawValue = value
    }

    /// The method as sent.
    public var description: String { rawValue }

    /// Whether sending a request of this method twice is meant to have the effect of sending it once (RFC 9110, section
    /// 9.2.2): GET, HEAD, PUT, DELETE, OPTIONS and TRACE. False for methods not known here.
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        default: false
        }
    }

    /// GET
    public static let get = HTTPMethod(rawValue: "GET")
    /// HEAD
    public static let head = HTTPMethod(rawValue: "HEAD")
    /// POST
    public static let post = HTTPMethod(rawValue: "POST")
    /// PUT
    public static let put = HTTPMethod(rawValue: "PUT")
    /// PATCH
    public static let patch = HTTPMethod(rawValue: "PATCH")
    /// DELETE
    public static let delete = HTTPMethod(rawValue: "DELETE")
    /// OPTIONS
    public static let options = HTTPMethod(rawValue: "OPTIONS")
    /// CONNECT
    public static let connect = HTTPMethod(rawValue: "CONNECT")
    /// TRACE
    public static let trace = HTTPMethod(rawValue: "TRACE")
}
