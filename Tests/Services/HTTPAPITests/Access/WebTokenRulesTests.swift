import Crypto
import Events
import Foundation
import JSON
import Testing

@testable import HTTPAPI

/// Makes web tokens as an issuer does.
enum WebTokens {
    static let secret = Array("0123456789abcdef0123456789abcdef".utf8)

    static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// A token of HS256, unless `header` says otherwise.
    static func token(
        _ claims: String, header: String = #"{"alg":"HS256","typ":"JWT"}"#, secret: [UInt8] = secret
    ) -> String {
        let text = "\(encoded(header.utf8)).\(encoded(claims.utf8))"
        return "\(text).\(encoded(HMAC.sha256(key: secret, message: Array(text.utf8)).bytes))"
    }

    /// A token of a user that is in force when ``TestAPI/now`` is.
    static func token(user: Int64, scope: String? = nil) -> String {
        token(#"{"sub":"\#(user)","exp":1700000300\#(scope.map { #","scope":"\#($0)""# } ?? "")}"#)
    }
}

@Suite struct WebTokenRulesTests {
    private static let now = Timestamp(microseconds: 1_300_819_000_000_000)
    private static let keys = """
        {"keys":[
        {"kty":"RSA","kid":"r","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrc\
        S2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs\
        LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2et\
        hFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"},
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"e","use":"sig","alg":"ES256"},
        {"kty":"oct","k":"AAAA"},{"kty":"EC","crv":"P-384","x":"AA","y":"AA"},{"kty":"RSA","use":"enc","n":"","e":""}]}
        """
    private static let claims =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    /// RFC 7515, appendices A.2 and A.3.
    private static let published = [
        "eyJhbGciOiJSUzI1NiJ9.\(claims).cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
            + "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0Gar"
            + "ZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIh"
            + "WkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        "eyJhbGciOiJFUzI1NiJ9.\(claims).DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    ]

    private func rules() throws -> WebTokenRules {
        WebTokenRules(secret: WebTokens.secret, keys: try WebTokenKeys(Array(Self.keys.utf8)))
    }

    private func refusal(
        _ token: String, _ change: (inout WebTokenRules) throws -> Void = { _ in }, now: Timestamp = now
    ) throws -> String? {
        var rules = try rules()
        try change(&rules)
        do throws(WebTokenRefusal) {
            _ = try rules.caller(of: Array(token.utf8), at: now)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("the tokens that RFC 7515 publishes are taken, and none that differs in a letter", arguments: published)
    func publishedTokens(token: String) throws {
        #expect(try refusal(token) == nil)
        let signature = token.lastIndex(of: ".") ?? token.endIndex
        for index in token.indices where index < token.index(token.endIndex, offsetBy: -1) && index != signature {
            var other = token
            other.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            if other != token { #expect(try refusal(other) != nil, "\(other)") }
        }
    }

    @Test("the algorithm follows from the key: a token cannot choose none, or take a public key for a secret")
    func algorithms() throws {
        let claims = #"{"sub":"1","exp":1300819380}"#
        #expect(try refusal(WebTokens.token(claims)) == nil)
        for name in ["none", "None", "NONE", "hs256", "HS384", "RS384", "PS256", "ES384", "EdDSA", ""] {
            let header = #"{"alg":"\#(name)"}"#
            #expect(try refusal(WebTokens.token(claims, header: header)) == "its algorithm is not taken here")
            let unsigned = "\(WebTokens.encoded(header.utf8)).\(WebTokens.encoded(claims.utf8))."
            #expect(try refusal(unsigned) == "its algorithm is not taken here")
        }
        for header in [#"{}"#, #"{"alg":1}"#, #"{"alg":["HS256"]}"#, #"{"alg":null}"#] {
            #expect(try refusal(WebTokens.token(claims, header: header)) == "its algorithm is not taken here")
        }
        let confused = WebTokens.token(claims, secret: Array(Self.keys.utf8))
        #expect(try refusal(confused) == "its signature is not that of a key known here")
        #expect(try refusal(confused) { $0.secret = nil } == "its algorithm is not taken here")
        #expect(try refusal(Self.published[0]) { $0.keys = nil } == "its algorithm is not taken here")
        for name in ["RS256", "ES256"] {
            #expect(try refusal(WebTokens.token(claims, header: #"{"alg":"\#(name)"}"#))?.contains("signature") == true)
        }
        #expect(
            try refusal(WebTokens.token(claims, header: #"{"alg":"HS256","crit":["b64"],"b64":false}"#))?
                .contains("crit") == true)
    }

    @Test("a token is in force from nbf to exp, with a minute between clocks, and needs an end")
    func times() throws {
        let now = 1_300_819_000
        for (claims, isTaken) in [
            ("\"exp\":\(now - 59)", true), ("\"exp\":\(now - 60)", false), ("\"exp\":\(now).5", true),
            ("\"exp\":\(now + 9),\"nbf\":\(now + 60)", true), ("\"exp\":\(now + 999),\"nbf\":\(now + 61)", false),
            ("\"exp\":\(now + 9),\"nbf\":\"\(now)\"", false), ("\"exp\":\"\(now + 9)\"", false),
            ("\"exp\":null", false),
            ("\"exp\":true", false), ("\"iat\":\(now)", false), ("\"exp\":-1", false), ("\"exp\":1e300", true),
            ("\"exp\":99999999999999999999", false), ("\"exp\":\(now + 9),\"nbf\":null", false),
        ] {
            #expect(try (refusal(WebTokens.token("{\(claims)}")) == nil) == isTaken, "\(claims)")
        }
    }

    @Test("issuer and audience are as configured, and anything where they are not")
    func issuerAndAudience() throws {
        let end = #""exp":1300819380"#
        for (claims, isTaken) in [
            (#""iss":"a","aud":"b""#, true), (#""iss":"a","aud":["x","b"]"#, true), (#""iss":"A","aud":"b""#, false),
            (#""iss":"a","aud":["x"]"#, false), (#""iss":"a""#, false), (#""aud":"b""#, false),
            (#""iss":["a"],"aud":"b""#, false), (#""iss":"a","aud":{"b":1}"#, false),
        ] {
            let token = WebTokens.token("{\(claims),\(end)}")
            let reason = try refusal(token) {
                $0.issuer = "a"
                $0.audience = "b"
            }
            #expect((reason == nil) == isTaken, "\(claims)")
            #expect(try refusal(token) == nil)
        }
    }

    @Test("the claim names the user where it is the id of one, and scopes are words of a text or an array")
    func callers() throws {
        func caller(_ claims: String, claim: String = "sub") throws -> Caller {
            var rules = try rules()
            rules.userClaim = claim
            return try rules.caller(of: Array(WebTokens.token("{\"exp\":1300819380,\(claims)}").utf8), at: Self.now)
        }
        #expect(try caller(#""sub":"17""#).user == 17)
        #expect(try caller(#""sub":17"#).user == 17)
        for other in ["\"017\"", "\"+17\"", "\"-1\"", "0", "\"shop\"", "17.5", "null", "[17]", "9223372036854775808"] {
            #expect(try caller("\"sub\":\(other)").user == nil, "\(other)")
        }
        #expect(try caller(#""sub":"x","uid":9"#, claim: "uid").user == 9)
        #expect(try caller(#""sub":"x","uid":9"#, claim: "uid").name == "x")
        #expect(try caller(#""scope":"read openid operate""#).scopes == [.read, .operate])
        #expect(try caller(#""scope":["ingest",1]"#).scopes == [.ingest])
        #expect(try caller(#""scope":"READ reads""#).scopes.isEmpty)
        #expect(try caller("\"sub\":\"\(String(repeating: "x", count: 1_000))\"").name.count == 128)
    }

    @Test(
        "what is no token is refused",
        arguments: [
            "", ".", "..", "...", "a.b.c", "e30.e30.", "e30..e30", "W10.e30.AAAA", "e30.e30.AA AA", "e30.e30.AAA=",
            String(repeating: "a", count: 9_000) + ".e30.AAAA", "bnVsbA.e30.AAAA",
        ])
    func malformed(token: String) throws {
        #expect(try refusal(token) != nil)
    }

    @Test("deep and repeated JSON in a token is refused or read, and no trap")
    func deep() throws {
        let deep = String(repeating: "[", count: 3_000) + String(repeating: "]", count: 3_000)
        #expect(try refusal(WebTokens.token("{\"exp\":\(deep)}"))?.isEmpty == false)
        #expect(try refusal(WebTokens.token("{}", header: "{\"alg\":\(deep)}"))?.isEmpty == false)
    }

    @Test("a token that names a key is checked with that key alone")
    func keyIDs() throws {
        let keys = try WebTokenKeys(Array(Self.keys.utf8))
        let parts = Self.published[1].split(separator: ".").map { Array($0.utf8) }
        let message = parts[0] + Array(".".utf8) + parts[1]
        let signature = try #require(Base64URL.decode(parts[2]))
        #expect(keys.verify(signature, of: message, .es256, keyID: nil))
        #expect(keys.verify(signature, of: message, .es256, keyID: "e"))
        #expect(!keys.verify(signature, of: message, .es256, keyID: "r"))
        #expect(!keys.verify(signature, of: message, .es256, keyID: "other"))
        #expect(!keys.verify(signature, of: message, .rs256, keyID: nil))
    }

    @Test(
        "a set of keys that is none is refused, and the reason quotes none of it",
        arguments: [
            "", "{}", "[]", #"{"keys":{}}"#, #"{"keys":[]}"#, #"{"keys":[1]}"#,
            #"{"keys":[{"kty":"oct","k":"s3cr3t"}]}"#,
            #"{"keys":[{"kty":"RSA","n":"s3cr3t","e":"AQAB"}]}"#, #"{"keys":[{"kty":"RSA"}]}"#,
            #"{"keys":[{"kty":"EC","crv":"P-256","x":"s3cr3t","y":"AA"}]}"#,
            #"{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"s3cr3t"}]}"#,
            "{\"keys\":[\(Array(repeating: "{}", count: 33).joined(separator: ","))]}",
            String(repeating: " ", count: 300_000),
        ])
    func setsThatAreNone(text: String) throws {
        #expect(throws: WebTokenKeys.Failure.self) { try WebTokenKeys(Array(text.utf8)) }
        do { _ = try WebTokenKeys(Array(text.utf8)) } catch { #expect(!"\(error)".contains("s3cr3t")) }
    }

    @Test(
        "Base64URL is read in one spelling only", arguments: ["A", "AB", "AAB", "AA==", "A+", "A/", " AA", "AA\n", "Ä"])
    func base64(text: String) {
        #expect(Base64URL.decode(text.utf8) == nil)
        for count in 0...9 {
            let bytes = (0..<count).map { UInt8(255 - $0 * 7) }
            #expect(Base64URL.decode(WebTokens.encoded(bytes).utf8) == bytes)
        }
    }

    @Test(
        "a secret of fewer than 32 bytes is none",
        arguments: [("0123456789abcdef0123456789abcde\n", false), (" 0123456789abcdef0123456789abcdef\n", true)])
    func secrets(text: String, isLongEnough: Bool) {
        #expect((WebTokenRules.secret(in: Array(text.utf8)) != nil) == isLongEnough)
    }
}
