import Bytes
import HTTPMessages
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

/// A request target taken apart and decoded.
struct RequestTarget {
    var raw: String
    var path: String
    var query: HTTPQuery

    /// Takes apart a target as sent.
    init(_ target: some RandomAccessCollection<UInt8>, method: HTTPMethod) throws(HTTPTargetError) {
        for byte in target where byte <= 0x20 || byte >= 0x7F {
            throw .forbiddenCharacter
        }
        raw = String(decoding: target, as: UTF8.self)
        if target.first != UInt8(ascii: "/") {
            if method == .connect && !target.isEmpty || method == .options && raw == "*" {
                path = raw
                query = HTTPQuery()
                return
            }
            guard raw.lowercased().hasPrefix("http://") || raw.lowercased().hasPrefix("https://") else {
                throw .unknownForm
            }
        }
        let (rawPath, rawQuery) = Self.split(target)
        path = try rawPath.isEmpty ? "/" : Self.decode(rawPath, plusIsSpace: false)
        query = HTTPQuery()
        if let rawQuery, !rawQuery.isEmpty {
            query = HTTPQuery(try Self.items(of: rawQuery))
        }
    }

    /// The decoded parts of a valid target's path.
    static func segments(ofRawTarget target: [UInt8]) -> [String] {
        let (path, _) = split(target)
        return path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { (try? decode($0, plusIsSpace: false)) ?? String(decoding: $0, as: UTF8.self) }
    }

    /// Path and query as sent, without scheme, authority and fragment.
    private static func split<Bytes: RandomAccessCollection<UInt8>>(
        _ target: Bytes
    ) -> (path: Bytes.SubSequence, query: Bytes.SubSequence?) {
        var rest = target[...]
        if rest.first != UInt8(ascii: "/") {
            // The absolute form: what follows the authority counts. RequestTarget.init has seen to `scheme://`.
            let slashes = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            let authority = rest[slashes...].dropFirst(2)
            let end = authority.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            rest = authority[(end ?? authority.endIndex)...]
        }
        if let fragment = rest.firstIndex(of: UInt8(ascii: "#")) {
            rest = rest[..<fragment]
        }
        guard let mark = rest.firstIndex(of: UInt8(ascii: "?")) else { return (rest, nil) }
        return (rest[..<mark], rest[rest.index(after: mark)...])
    }

    private static func items(
        of query: some RandomAccessCollection<UInt8>
    ) throws(HTTPTargetError) -> [HTTPQuery.Item] {
        var items: [HTTPQuery.Item] = []
        for pair in query.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            items.append(
                HTTPQuery.Item(
                    name: try decode(pair[..<equals], plusIsSpace: true),
                    value: try decode(pair[equals...].dropFirst(), plusIsSpace: true)))
        }
        return items
    }

    private static func decode(
        _ text: some Collection<UInt8>, plusIsSpace: Bool
    ) throws(HTTPTargetError) -> String {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || plusIsSpace && $0 == UInt8(ascii: "+") }) else {
            return String(decoding: text, as: UTF8.self)
        }
        guard let bytes = PercentEncoding.decode(bytes: text, plusIsSpace: plusIsSpace), !bytes.contains(0) else {
            throw .invalidPercentEncoding
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalidPercentEncoding }
        return text
    }
}
