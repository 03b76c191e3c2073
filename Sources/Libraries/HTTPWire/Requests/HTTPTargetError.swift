/// Why a request target is refused.
public enum HTTPTargetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Neither `/path`, nor `http://host/path`, nor `*` with OPTIONS, nor an authority with CONNECT.
    case unknownForm
    /// A space, a control character or a byte above 0x7E.
    case forbiddenCharacter
    /// `%` without two hexadecimal digits, an encoded NUL, or bytes that are not UTF-8 once decoded.
    case invalidPercentEncoding

    /// A sentence for the client.
    public var description: String {
        switch self {
        case .unknownForm: "The request target is neither a path nor a URL."
        case .forbiddenCharacter: "The request target holds a character that has to be percent-encoded."
        case .invalidPercentEncoding: "The request target's percent-encoding is invalid."
        }
    }
}
