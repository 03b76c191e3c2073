import Bytes
public import HTTPMessages

/// A request target (RFC 9112, section 3.2), taken apart and decoded. A value, safe to hand to any task.
public struct RequestTarget: Sendable, Hashable {
    /// The target as sent.
    public let raw: String
    /// The path with percent-encoding undone. An encoded slash is a slash here; ``segments`` keeps them apart.
    public let path: String
    /// The names and values of the query, decoded.
    public let query: HTTPQuery

    /// What stands in a target: printable ASCII without the space.
    private static let targetBytes = ByteSet(UInt8(ascii: "!")...UInt8(ascii: "~"))
    /// What a path that is its own decoded form consists of.
    private static let plainBytes = ByteSet(UInt8(ascii: "!")...UInt8(ascii: "~"), except: "%?#")

    /// Takes a target apart.
    ///
    /// - Parameters:
    ///   - target: The bytes between the spaces of the request line.
    ///   - method: The method, on which the forms that are allowed depend.
    /// - Throws: ``HTTPTargetError``, by what is wrong with the target.
    public init(_ target: some RandomAccessCollection<UInt8>, method: HTTPMethod) throws(HTTPTargetError) {
        raw = String(decoding: target, as: UTF8.self)
        if target.first == UInt8(ascii: "/"), Self.plainBytes.containsAll(target) {
            path = raw
            query = HTTPQuery()
            return
        }
        guard Self.targetBytes.containsAll(target) else { throw .forbiddenCharacter }
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
        query = try HTTPQuery(rawQuery.map { rawQuery throws(HTTPTargetError) in try Self.items(of: rawQuery) } ?? [])
    }

    /// The path's parts between slashes, each decoded by itself, so that an encoded slash stays within its part:
    /// `/a/b%2Fc` is `["a", "b/c"]`. Empty parts are kept, except the one before the first slash.
    public var segments: [String] {
        let (path, _) = Self.split(Array(raw.utf8))
        return path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { (try? Self.decode($0, plusIsSpace: false)) ?? String(decoding: $0, as: UTF8.self) }
    }

    /// Path and query as sent, without scheme, authority and fragment.
    private static func split<Bytes: RandomAccessCollection<UInt8>>(
        _ target: Bytes
    ) -> (path: Bytes.SubSequence, query: Bytes.SubSequence?) {
        var rest = target[...]
        if rest.first != UInt8(ascii: "/") {
            // The absolute form: what follows the authority counts. The initializer has checked `scheme://`.
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
        guard let bytes = PercentEncoding.decode(bytes: text, plusIsSpace: plusIsSpace), !bytes.contains(0),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw .invalidPercentEncoding }
        return text
    }
}
