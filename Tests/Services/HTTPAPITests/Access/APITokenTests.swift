import PipelineTesting
import Testing

@testable import HTTPAPI

@Suite struct APITokenTests {
    @Test(
        "a token's text names what it allows and how it is called, or is a secret as a whole",
        arguments: [
            ("secret", "token-3", [.ingest, .read, .operate], "secret"),
            ("read:secret", "token-3", [.read], "secret"),
            (" read+ingest:secret\n", "token-3", [.read, .ingest], "secret"),
            ("grafana/read:secret", "grafana", [.read], "secret"),
            ("ops-1/operate+read: a:b ", "ops-1", [.operate, .read], "a:b"),
            ("read", "token-3", [.ingest, .read, .operate], "read"),
            ("write:secret", "token-3", [.ingest, .read, .operate], "write:secret"),
            ("read+:secret", "token-3", [.ingest, .read, .operate], "read+:secret"),
            ("a b/read:secret", "token-3", [.ingest, .read, .operate], "a b/read:secret"),
            ("/read:secret", "token-3", [.ingest, .read, .operate], "/read:secret"),
            ("Read:secret", "token-3", [.ingest, .read, .operate], "Read:secret"),
        ] as [(String, String, Set<APIScope>, String)])
    func forms(text: String, name: String, scopes: Set<APIScope>, secret: String) throws {
        let token = try #require(APIToken(text, place: 3))
        #expect(token.caller.name == name)
        #expect(token.caller.scopes == scopes)
        let credentials = Credentials(tokens: [token])
        #expect(credentials.verdict(on: "Bearer \(secret)", at: TestAPI.now).caller != nil)
        if text != secret { #expect(credentials.verdict(on: "Bearer \(text)", at: TestAPI.now).caller == nil) }
    }

    @Test("no secret is no token, nor is one that no request holds", arguments: ["", "read:", "a/read: \n", " "])
    func empty(text: String) {
        #expect(APIToken(text, place: 1) == nil)
        #expect(APIToken(text + String(repeating: "x", count: 4_097), place: 1) == nil)
    }

    @Test("a scope is closed by a token that names it, and by no bare one")
    func closing() {
        #expect(!Credentials(["a", "read:b"]).close(.ingest))
        #expect(Credentials(["a", "read:b"]).close(.read))
        #expect(Credentials([], webTokens: WebTokenRules()).close(.ingest))
        #expect(!Credentials([]).close(.ingest))
    }
}
