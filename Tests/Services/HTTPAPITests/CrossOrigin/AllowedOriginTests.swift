import HTTPAPI
import Testing

@Suite struct AllowedOriginTests {
    @Test(
        "an origin is kept as browsers send it",
        arguments: [
            ("https://shop.example", "https://shop.example"),
            ("HTTPS://Shop.Example", "https://shop.example"),
            ("https://shop.example:443", "https://shop.example"),
            ("http://shop.example:80", "http://shop.example"),
            ("http://shop.example:443", "http://shop.example:443"),
            ("https://shop.example:80", "https://shop.example:80"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("https://shop.example:08443", "https://shop.example:8443"),
            ("http://127.0.0.1:1", "http://127.0.0.1:1"),
            ("http://[::1]:65535", "http://[::1]:65535"),
            ("https://[2001:DB8::7]", "https://[2001:db8::7]"),
            ("https://xn--lden-loa.example", "https://xn--lden-loa.example"),
            ("https://a_b.shop-1.example.", "https://a_b.shop-1.example."),
            ("capacitor://localhost", "capacitor://localhost"),
            ("*", "*"),
        ])
    func originIsKeptAsBrowsersSendIt(text: String, kept: String) throws {
        #expect(try AllowedOrigin(text).description == kept)
    }

    @Test("a star is every origin")
    func starIsEveryOrigin() throws {
        #expect(try AllowedOrigin("*") == .any)
        #expect(try AllowedOrigin("https://shop.example") != .any)
    }

    @Test(
        "what is not an origin alone is refused",
        arguments: [
            "", " ", "null", "shop.example", "//shop.example", "https:", "https:/shop.example", "https://",
            "https:///shop", "https://shop.example/", "https://shop.example/cart", "https://shop.example?a",
            "https://shop.example#a", "https://me@shop.example", "https://me:secret@shop.example",
            "https://*.shop.example", "https://*", "**", "https://shop.example:", "https://shop.example:0",
            "https://shop.example:65536", "https://shop.example:+80", "https://shop.example:-1",
            "https://shop.example:x", "https://shop.example:80:80", "https://:80", " https://shop.example",
            "https://shop.example ", "https://shop example", "https://shop.example,https://b.example",
            "https://läden.example", "https://shop.example\r\n", "https://shop.example\0", "https://[::1",
            "https://::1", "https://[]", "https://[1]", "https://[::1]x", "https://[::g]", "1https://shop.example",
            "ht tp://shop.example", "://shop.example", "\u{212A}://shop.example", "file://",
        ])
    func whatIsNotAnOriginIsRefused(text: String) {
        #expect(throws: AllowedOrigin.Failure.self) { try AllowedOrigin(text) }
    }
}
