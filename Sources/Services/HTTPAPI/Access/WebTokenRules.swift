import Crypto
import Events
import JSON

/// Which JSON Web Tokens (RFC 7519) are taken, and whom they name. A value.
///
/// The algorithm follows from the key and never from the token alone: HS256 is checked with the secret only, RS256 with RSA
/// keys only, ES256 with P-256 keys only, and nothing else is checked at all.
package struct WebTokenRules: Sendable {
    /// The shortest secret: as long as the code that it makes (RFC 7518, section 3.2).
    package static let minimumSecretByteCount = 32
    /// The longest token.
    private static let maximumByteCount = 8_192
    /// How far the clocks of issuer and server may be apart, in seconds.
    private static let leeway = 60.0

    /// The secret of HS256; nil refuses HS256.
    package var secret: [UInt8]?
    /// The keys of RS256 and ES256; nil refuses both.
    package var keys: WebTokenKeys?
    /// What `iss` must be; nil for anything.
    package var issuer: String?
    /// What `aud` must be or hold; nil for anything.
    package var audience: String?
    /// The claim that names the user.
    package var userClaim = "sub"

    /// Without secret and keys no token is taken.
    package init(secret: [UInt8]? = nil, keys: WebTokenKeys? = nil) {
        self.secret = secret
        self.keys = keys
    }

    /// The secret in a text, without white space at its ends; nil where it is too short.
    package static func secret(in text: [UInt8]) -> [UInt8]? {
        let secret = Array(text.trimmed)
        return secret.count >= minimumSecretByteCount ? secret : nil
    }

    /// Whom a token names, when it is in force.
    func caller(of token: [UInt8], at now: Timestamp) throws(WebTokenRefusal) -> Caller {
        guard token.count <= Self.maximumByteCount else { throw WebTokenRefusal("it has more than 8 KiB") }
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let signature = Base64URL.decode(parts[2]) else {
            throw WebTokenRefusal("it is no JSON Web Token")
        }
        try check(signature, of: Array(token.prefix(parts[0].count + 1 + parts[1].count)), by: header)
        guard let claims = Self.object(parts[1]) else { throw WebTokenRefusal("its claims are no JSON object") }
        try check(claims, at: Double(now.microseconds) / 1_000_000)
        let subject = claims["sub"]?.text ?? claims[userClaim].flatMap(Self.user).map(String.init) ?? "unnamed"
        return Caller(
            name: String(subject.unicodeScalars.prefix(128)), scopes: Self.scopes(claims["scope"]),
            user: claims[userClaim].flatMap(Self.user))
    }

    private func check(
        _ signature: [UInt8], of message: [UInt8], by header: [String: JSONValue]
    ) throws(WebTokenRefusal) {
        // An extension that has to be understood, and is not.
        guard header["crit"] == nil else { throw WebTokenRefusal("its header asks for an extension (crit)") }
        let isSigned: Bool
        switch header["alg"]?.text {
        case "HS256"? where secret != nil:
            isSigned = HMAC.sha256(key: secret ?? [], message: message).matches(signature)
        case "RS256"? where keys != nil, "ES256"? where keys != nil:
            guard let algorithm = SignatureAlgorithm(rawValue: header["alg"]?.text ?? ""), let keys else {
                throw WebTokenRefusal("its algorithm is not taken here")
            }
            isSigned = keys.verify(signature, of: message, algorithm, keyID: header["kid"]?.text)
        default: throw WebTokenRefusal("its algorithm is not taken here")
        }
        guard isSigned else { throw WebTokenRefusal("its signature is not that of a key known here") }
    }

    /// - Parameter now: In seconds since 1970.
    private func check(_ claims: [String: JSONValue], at now: Double) throws(WebTokenRefusal) {
        guard let end = claims["exp"].flatMap(Self.seconds) else {
            throw WebTokenRefusal("it has no time of expiry (exp)")
        }
        guard now < end + Self.leeway else { throw WebTokenRefusal("it has expired") }
        if let begin = claims["nbf"] {
            guard let begin = Self.seconds(begin), now >= begin - Self.leeway else {
                throw WebTokenRefusal("it is not in force yet (nbf)")
            }
        }
        if let issuer, claims["iss"]?.text != issuer { throw WebTokenRefusal("it is of another issuer (iss)") }
        guard let audience else { return }
        let isMeant =
            switch claims["aud"] {
            case .string(let text)?: text == audience
            case .array(let values)?: values.contains(.string(audience))
            default: false
            }
        guard isMeant else { throw WebTokenRefusal("it is meant for another audience (aud)") }
    }

    private static func object(_ part: some Collection<UInt8>) -> [String: JSONValue]? {
        guard let bytes = Base64URL.decode(part), case .object(let members)? = try? JSONValue(parsing: bytes) else {
            return nil
        }
        return members
    }

    private static func seconds(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let seconds): Double(seconds)
        case .number(let seconds): seconds
        default: nil
        }
    }

    private static func user(_ value: JSONValue) -> Int64? {
        let id: Int64? =
            switch value {
            case .integer(let id): id
            // `+1` and `01` are spelled like no id.
            case .string(let text): Int64(text).flatMap { String($0) == text ? $0 : nil }
            default: nil
            }
        return id.flatMap { $0 > 0 ? $0 : nil }
    }

    /// The scopes of a claim that lists words in a text (RFC 8693, section 4.2) or an array; words of others are passed over.
    private static func scopes(_ value: JSONValue?) -> Set<APIScope> {
        let words: [String] =
            switch value {
            case .string(let text)?: text.split(separator: " ").map(String.init)
            case .array(let values)?: values.compactMap(\.text)
            default: []
            }
        return Set(words.compactMap(APIScope.init))
    }
}

/// Why a web token is not taken, for the answer. Nothing of the token is quoted.
struct WebTokenRefusal: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

extension SHA256.Digest {
    /// Whether these are the bytes of the digest, in a time that does not depend on them.
    fileprivate func matches(_ bytes: [UInt8]) -> Bool {
        constantTimeEquals(self.bytes, bytes)
    }
}
