import Connections
import Network
import Testing

@Suite("Parameters about TLS")
struct TLSParametersTests {
    private static let schemes = [
        ServerAddress.Scheme("x", defaultPort: 1), ServerAddress.Scheme("xs", defaultPort: 2, isTLS: true),
    ]

    private func endpoints(_ text: String) throws(ServerAddressError) -> [ByteStream.Endpoint] {
        let address = try ServerAddress(text, schemes: Self.schemes)
        var tls = TLSParameters()
        for parameter in address.parameters { _ = try tls.take(parameter) }
        return try tls.endpoints(of: address)
    }

    @Test("hold for every host of an address with TLS")
    func secure() throws {
        let text = "xs://a,b:3?verify=verify_none&cacertfile=/ca&certfile=/c&keyfile=/k"
        let tls = TLSConfiguration(
            certificateAuthorityFile: "/ca", certificateFile: "/c", keyFile: "/k", verifiesPeer: false)
        #expect(try endpoints(text) == [.init(host: "a", port: 2, tls: tls), .init(host: "b", port: 3, tls: tls)])
        #expect(try endpoints("xs://a?server_name_indication=a").map(\.tls) == [TLSConfiguration()])
    }

    @Test("are not needed, and others are left to the caller")
    func others() throws {
        #expect(try endpoints("x://a?other=1") == [.init(host: "a", port: 1)])
        var tls = TLSParameters()
        #expect(try tls.take(.init("heartbeat", "1")) == false)
        #expect(try tls.take(.init("keyfile", "/k")) == true)
    }

    @Test(
        "are refused where they cannot hold",
        arguments: ["x://a?verify=verify_peer", "xs://a?verify=no", "xs://a,b?server_name_indication=a"])
    func refused(text: String) {
        #expect(throws: ServerAddressError.self) { try endpoints(text) }
    }
}
