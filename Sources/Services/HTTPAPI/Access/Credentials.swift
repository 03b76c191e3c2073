import Crypto
import Events

/// Which bearer tokens are known, and what they allow. A value.
package struct Credentials: Sendable {
    /// What a request's `Authorization` says.
    enum Verdict: Sendable {
        case known(Caller)
        /// With the reason, where the token is a JSON Web Token that names this server's rules.
        case unknown(reason: String?)
        /// The request has none.
        case missing

        var caller: Caller? {
            if case .known(let caller) = self { caller } else { nil }
        }
    }

    private let tokens: [APIToken]
    private let webTokens: WebTokenRules?

    /// Without tokens and rules nobody is known.
    package init(tokens: [APIToken] = [], webTokens: WebTokenRules? = nil) {
        self.tokens = tokens
        self.webTokens = webTokens
    }

    /// Reads tokens as ``APIToken`` does; texts without a secret are left out.
    package init(_ tokens: [String], webTokens: WebTokenRules? = nil) {
        self.init(
            tokens: tokens.enumerated().compactMap { APIToken($1, place: $0 + 1) }, webTokens: webTokens)
    }

    var isEmpty: Bool { tokens.isEmpty && webTokens == nil }

    /// Whether web tokens are taken, which pages may send.
    var takesWebTokens: Bool { webTokens != nil }

    /// Whether what a scope allows is closed to those without a token: a token names the scope, or web tokens are taken. A
    /// bare token, which has all scopes, closes nothing that was open without it.
    func close(_ scope: APIScope) -> Bool {
        webTokens != nil || tokens.contains { $0.namesScopes && $0.caller.scopes.contains(scope) }
    }

    /// - Parameter authorization: The value of the header field, if the request has it.
    func verdict(on authorization: String?, at now: Timestamp) -> Verdict {
        guard let value = authorization?.utf8.trimmed, !value.isEmpty else { return .missing }
        // The scheme is written in any case (RFC 9110, section 11.1).
        let scheme = value.prefix { !$0.isBlank }
        guard String(decoding: scheme, as: UTF8.self).lowercased() == "bearer" else { return .unknown(reason: nil) }
        let given = Array(value.dropFirst(scheme.count).trimmed)
        // Digests of all tokens are compared, so that the time tells neither a token's length nor its place.
        let digest = SHA256.hash(given)
        var caller: Caller?
        for token in tokens where token.digest == digest { caller = token.caller }
        if let caller { return .known(caller) }
        guard let webTokens, given.count(where: { $0 == UInt8(ascii: ".") }) == 2 else { return .unknown(reason: nil) }
        do throws(WebTokenRefusal) {
            return .known(try webTokens.caller(of: given, at: now))
        } catch {
            return .unknown(reason: error.reason)
        }
    }
}
