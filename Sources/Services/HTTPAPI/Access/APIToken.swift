import Crypto

/// A configured bearer token: its name, what it allows, and the digest of its secret.
package struct APIToken: Sendable {
    /// The most bytes of a secret.
    private static let maximumByteCount = 4_096

    let caller: Caller
    let digest: SHA256.Digest
    /// Whether the configuration names the scopes; a bare token has all of them.
    let namesScopes: Bool

    /// Reads `SECRET`, which has all scopes, or `SCOPE+SCOPE:SECRET`, or `NAME/SCOPE+SCOPE:SECRET`. White space around it is
    /// none of it, since files and variables end with a line feed.
    ///
    /// - Parameters:
    ///   - text: What begins in no such way is a secret as a whole, colons and all.
    ///   - place: The token's number, which names it where `text` does not.
    /// - Returns: Nil for an empty secret, and one of more than 4 KiB, which no request could hold.
    package init?(_ text: String, place: Int) {
        let text = text.utf8.trimmed
        var secret = text
        var scopes = Set(APIScope.allCases)
        var name = "token-\(place)"
        let front = Self.front(text.prefix { $0 != UInt8(ascii: ":") })
        if let front, text.contains(UInt8(ascii: ":")) {
            scopes = front.scopes
            name = front.name ?? name
            secret = text.drop { $0 != UInt8(ascii: ":") }.dropFirst().trimmed
        }
        namesScopes = front != nil && secret.count != text.count
        guard !secret.isEmpty, secret.count <= Self.maximumByteCount else { return nil }
        caller = Caller(name: name, scopes: scopes)
        digest = SHA256.hash(Array(secret))
    }

    /// The name and the scopes before a token's colon; nil where something else stands there.
    private static func front(_ text: Substring.UTF8View) -> (name: String?, scopes: Set<APIScope>)? {
        let parts = Substring(text).split(separator: "/", omittingEmptySubsequences: false)
        let name = parts.count == 2 ? String(parts[0]) : nil
        guard parts.count <= 2, name.map(isName) ?? true else { return nil }
        var scopes: Set<APIScope> = []
        for word in parts[parts.count - 1].split(separator: "+", omittingEmptySubsequences: false) {
            guard let scope = APIScope(rawValue: String(word)) else { return nil }
            scopes.insert(scope)
        }
        return (name, scopes)
    }

    private static func isName(_ text: String) -> Bool {
        1...64 ~= text.utf8.count
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
    }
}

extension BidirectionalCollection<UInt8> {
    /// Without white space at its ends.
    var trimmed: SubSequence {
        guard let last = lastIndex(where: { !$0.isBlank }), let first = firstIndex(where: { !$0.isBlank }) else {
            return self[endIndex...]
        }
        return self[first...last]
    }
}

extension UInt8 {
    var isBlank: Bool { self == 0x20 || 0x09...0x0D ~= self }
}
