import Crypto

/// The bearer tokens that are configured. A value.
struct APITokens: Sendable {
    /// What a request's `Authorization` says.
    enum Verdict: Sendable, Hashable {
        case known
        case unknown
        /// The request has none.
        case missing
    }

    private let tokens: [[UInt8]]

    /// White space around a token is none of it: it comes from files and variables that end with a line feed.
    init(_ tokens: [String]) {
        self.tokens = tokens.map { Array($0.utf8.trimmed) }.filter { !$0.isEmpty }
    }

    var isEmpty: Bool { tokens.isEmpty }

    /// - Parameter authorization: The value of the header field, if the request has it.
    func verdict(on authorization: String?) -> Verdict {
        guard let value = authorization?.utf8.trimmed, !value.isEmpty else { return .missing }
        // The scheme is written in any case (RFC 9110, section 11.1).
        let scheme = value.prefix { !$0.isBlank }
        guard String(decoding: scheme, as: UTF8.self).lowercased() == "bearer" else { return .unknown }
        let given = Array(value.dropFirst(scheme.count).trimmed)
        var isKnown = false
        for token in tokens where constantTimeEquals(given, token) { isKnown = true }
        return isKnown ? .known : .unknown
    }
}

extension BidirectionalCollection<UInt8> {
    /// Without white space at its ends.
    fileprivate var trimmed: SubSequence {
        guard let last = lastIndex(where: { !$0.isBlank }), let first = firstIndex(where: { !$0.isBlank }) else {
            return self[endIndex...]
        }
        return self[first...last]
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || 0x09...0x0D ~= self }
}
