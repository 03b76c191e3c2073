import Crypto
import Foundation
import Testing

@Suite("A public key")
struct PublicKeyTests {
    /// RFC 7515, appendix A.3.
    private enum PublishedES256 {
        static let coordinates = [
            "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        ]
        static let message = """
            eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290\
            Ijp0cnVlfQ
            """
        static let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

        static func key() throws -> PublicKey {
            // SubjectPublicKeyInfo of an uncompressed point on P-256, up to the point itself.
            let header: [UInt8] = [
                0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
                0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
            ]
            let point = try coordinates.flatMap { try bytes(base64URL: $0) }
            let text = Data(header + point).base64EncodedString(options: .lineLength64Characters)
            return try PublicKey(pem: "-----BEGIN PUBLIC KEY-----\n\(text)\n-----END PUBLIC KEY-----\n")
        }

        static func bytes(base64URL text: String) throws -> [UInt8] {
            var text = text.replacing("-", with: "+").replacing("_", with: "/")
            text += String(repeating: "=", count: (4 - text.count % 4) % 4)
            return [UInt8](try #require(Data(base64Encoded: text)))
        }
    }

    @Test("accepts the ES256 signature that RFC 7515 publishes, and none that differs in a byte")
    func publishedSignature() throws {
        let key = try PublishedES256.key()
        let message = Array(PublishedES256.message.utf8)
        let signature = try PublishedES256.bytes(base64URL: PublishedES256.signature)
        #expect(key.algorithm == .es256)
        #expect(key.verifies(signature: signature, of: message))
        for index in signature.indices {
            var other = signature
            other[index] ^= 1
            #expect(!key.verifies(signature: other, of: message))
        }
        #expect(!key.verifies(signature: signature, of: message.dropLast()))
        #expect(!key.verifies(signature: signature, of: []))
    }

    @Test("of the published point is the published key, and no key of a point beside the curve or of another length")
    func numbersOfAPoint() throws {
        let numbers = try PublishedES256.coordinates.map { try PublishedES256.bytes(base64URL: $0) }
        let key = try PublicKey(p256X: numbers[0], y: numbers[1])
        #expect(key.algorithm == .es256)
        let signature = try PublishedES256.bytes(base64URL: PublishedES256.signature)
        #expect(key.verifies(signature: signature, of: Array(PublishedES256.message.utf8)))
        #expect(throws: PublicKeyError.unreadable) { try PublicKey(p256X: numbers[0], y: numbers[0]) }
        #expect(throws: PublicKeyError.unreadable) { try PublicKey(p256X: numbers[0], y: [0] + numbers[1]) }
        #expect(throws: PublicKeyError.unreadable) { try PublicKey(p256X: [], y: []) }
    }

    @Test("of an RSA key's two numbers accepts what the private key signs")
    func numbersOfRSA() throws {
        let pair = try KeyPair(["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        defer { pair.remove() }
        let message = Array("a token".utf8)
        let key = try PublicKey(rsaModulus: try pair.modulus(), exponent: [1, 0, 1])
        #expect(key.algorithm == .rs256)
        #expect(key.verifies(signature: try pair.sign(message), of: message))
        #expect(!key.verifies(signature: try pair.sign(message), of: message + [0]))
    }

    @Test(
        "is not made of numbers that are too small, too large or of no use as an exponent",
        arguments: [
            (255, [1, 0, 1]), (2_049, [1, 0, 1]), (256, [1]), (256, [0, 0, 1]), (256, [0]), (256, []), (256, [4]),
            (0, [1, 0, 1]),
        ] as [(Int, [UInt8])])
    func numbersThatAreNoKey(bytes: Int, exponent: [UInt8]) {
        let modulus = [UInt8](repeating: 0xFF, count: bytes)
        #expect(throws: PublicKeyError.unsuitable) { try PublicKey(rsaModulus: modulus, exponent: exponent) }
    }

    @Test("takes malformed signatures for invalid")
    func malformedSignatures() throws {
        let key = try PublishedES256.key()
        for signature in [[], [0], [UInt8](repeating: 0, count: 64), [UInt8](repeating: 255, count: 64)] {
            #expect(!key.verifies(signature: signature, of: [1, 2, 3]))
        }
        let signature = try PublishedES256.bytes(base64URL: PublishedES256.signature)
        #expect(!key.verifies(signature: signature + [0], of: Array(PublishedES256.message.utf8)))
    }

    @Test(
        "is refused where it cannot be read",
        arguments: [
            "", "nonsense", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\n", String(repeating: "x", count: 1_000_000),
            """
            -----BEGIN PUBLIC KEY-----
            Proc-Type: 4,ENCRYPTED
            DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF

            AAAAAAAAAAAAAAAAAAAAAA==
            -----END PUBLIC KEY-----
            """,
        ])
    func unreadable(pem: String) {
        #expect(throws: PublicKeyError.unreadable) { try PublicKey(pem: pem) }
    }

    @Test(
        "accepts what the openssl command signs, and not what another key signed")
    func opensslSignatures() throws {
        let keys = try (0..<2).map { _ in try KeyPair(["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]) }
        defer { for key in keys { key.remove() } }
        let message = Array("a token".utf8)
        let publicKey = try PublicKey(pem: keys[0].publicPEM())
        #expect(publicKey.algorithm == .rs256)
        let signature = try keys[0].sign(message)
        #expect(publicKey.verifies(signature: signature, of: message))
        #expect(!publicKey.verifies(signature: signature, of: message + [0]))
        #expect(!publicKey.verifies(signature: try keys[1].sign(message), of: message))
        #expect(!publicKey.verifies(signature: signature.dropLast(), of: message))
        #expect(!publicKey.verifies(signature: [], of: message))
    }

    @Test(
        "is refused where it is too weak or of another kind",
        arguments: [
            ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
            ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
            ["-algorithm", "ED25519"],
        ])
    func unsuitable(arguments: [String]) throws {
        let key = try KeyPair(arguments)
        defer { key.remove() }
        #expect(throws: PublicKeyError.unsuitable) { try PublicKey(pem: try key.publicPEM()) }
    }
}

/// A fresh key pair of the openssl command, in a file.
private struct KeyPair {
    private let file = FileManager.default.temporaryDirectory.appending(path: "key-\(UUID().uuidString).pem").path

    init(_ arguments: [String]) throws {
        _ = try OpenSSLCommand.run(["genpkey", "-out", file] + arguments)
    }

    func publicPEM() throws -> String {
        String(decoding: try OpenSSLCommand.run(["pkey", "-in", file, "-pubout"]), as: UTF8.self)
    }

    func modulus() throws -> [UInt8] {
        let text = String(decoding: try OpenSSLCommand.run(["rsa", "-in", file, "-noout", "-modulus"]), as: UTF8.self)
        let digits = Array(text.drop { $0 != "=" }.dropFirst().filter(\.isHexDigit))
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }

    func sign(_ message: [UInt8]) throws -> [UInt8] {
        try OpenSSLCommand.run(["dgst", "-sha256", "-sign", file, "-binary"], input: message)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: file)
    }
}
