import Network
import Testing

@testable import LoadTesting

@Suite("The address of a load test") struct LoadTargetTests {
    @Test("has a host, and a port and a path where they are named")
    func parts() throws {
        let plain = try LoadTarget("http://127.0.0.1:8000")
        #expect((plain.endpoint.host, plain.endpoint.port, plain.path) == ("127.0.0.1", 8_000, ""))
        #expect(plain.endpoint.tls == nil)
        let secure = try LoadTarget("https://shop.example/api/")
        #expect((secure.endpoint.host, secure.endpoint.port, secure.path) == ("shop.example", 443, "/api"))
        #expect(secure.endpoint.tls != nil)
        #expect(secure.url == "https://shop.example/api")
        let six = try LoadTarget("http://[::1]:81")
        #expect((six.endpoint.host, six.endpoint.port, six.authority) == ("::1", 81, "[::1]:81"))
        #expect(try LoadTarget("http://localhost").endpoint.port == 80)
    }

    @Test(
        "is refused without them, and with a login or a query",
        arguments: [
            "", "127.0.0.1:8000", "ftp://x", "http://", "http://:80", "http://x:0", "http://x:99999", "http://x:y",
            "http://a:b@c", "http://a@c", "http://x/y?z", "http://x/ y", "http://[::1", "http://x\r\ny",
        ])
    func refused(text: String) {
        #expect(throws: LoadTarget.Failure.self) { try LoadTarget(text) }
    }
}
