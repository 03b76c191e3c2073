import Crypto
import JSON

/// The public keys of a JSON Web Key Set (RFC 7517) that web tokens can be signed with here: RSA for RS256, and EC on the
/// curve P-256 for ES256.
package struct WebTokenKeys: Sendable {
    /// Why a text is no set of keys.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private struct Key: Sendable {
        let id: String?
        let key: PublicKey
    }

    /// The most keys, and the most bytes of the text.
    private static let maximumCount = 32
    private static let maximumByteCount = 1 << 18

    private let keys: [Key]

    /// Reads a set. Keys for encryption, of other types and for other algorithms are left out.
    ///
    /// - Throws: For a text that is no set of at most 32 keys and 256 KiB, a key that is damaged, and one that holds a
    ///   private part; and where no key is left. The text itself is never quoted.
    package init(_ text: [UInt8]) throws(Failure) {
        guard text.count <= Self.maximumByteCount else { throw Failure(description: "it has more than 256 KiB") }
        guard case .object(let set)? = try? JSONValue(parsing: text), case .array(let members)? = set["keys"] else {
            throw Failure(description: "it is no JSON object with a list \"keys\"")
        }
        guard members.count <= Self.maximumCount else {
            throw Failure(description: "it has more than \(Self.maximumCount) keys")
        }
        var keys: [Key] = []
        for (index, member) in members.enumerated() {
            guard case .object(let fields) = member else {
                throw Failure(description: "key \(index) is no JSON object")
            }
            if let key = try Self.key(fields, index) { keys.append(Key(id: fields["kid"]?.text, key: key)) }
        }
        guard !keys.isEmpty else { throw Failure(description: "it has no RSA or P-256 key for signatures") }
        self.keys = keys
    }

    private static func key(_ fields: [String: JSONValue], _ index: Int) throws(Failure) -> PublicKey? {
        guard fields["use"].map({ $0.text == "sig" }) ?? true else { return nil }
        if fields["d"] != nil { throw Failure(description: "key \(index) is a private key: publish its public part") }
        func number(_ name: String) -> [UInt8]? { fields[name]?.text.flatMap { Base64URL.decode($0.utf8) } }
        let key: PublicKey
        do throws(PublicKeyError) {
            switch fields["kty"]?.text {
            case "RSA"?:
                guard let modulus = number("n"), let exponent = number("e") else { throw .unreadable }
                key = try PublicKey(rsaModulus: modulus, exponent: exponent)
            case "EC"?:
                guard fields["crv"]?.text == "P-256" else { return nil }
                guard let x = number("x"), let y = number("y") else { throw .unreadable }
                key = try PublicKey(p256X: x, y: y)
            default: return nil
            }
        } catch {
            throw Failure(description: "key \(index): \(error)")
        }
        guard fields["alg"].map({ $0.text == key.algorithm.rawValue }) ?? true else { return nil }
        return key
    }

    /// Whether a key for `algorithm` made the signature: the one that the token names, or any where it names none.
    func verify(_ signature: [UInt8], of message: [UInt8], _ algorithm: SignatureAlgorithm, keyID: String?) -> Bool {
        keys.contains { key in
            key.key.algorithm == algorithm && (keyID == nil || key.id == keyID)
                && key.key.verifies(signature: signature, of: message)
        }
    }
}

extension JSONValue {
    /// The text of a string; nil for other values.
    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
