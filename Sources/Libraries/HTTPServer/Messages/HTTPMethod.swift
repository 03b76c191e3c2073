/// A request method. Any token a client sends is a method: unknown ones reach the handler, which answers 405 or 501.
public struct HTTPMethod: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The method as sent; methods are case-sensitive.
    public let rawValue: String

    /// Wraps a method as sent.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Wraps a literal, as in `"PROPFIND"`.
    public init(stringLiteral value: String) {
        rawValue = value
    }

    /// The method as sent.
    public var description: String { rawValue }

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
