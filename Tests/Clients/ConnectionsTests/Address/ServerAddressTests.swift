import Connections
import Testing

@Suite("Server addresses")
struct ServerAddressTests {
    private static let schemes = [
        ServerAddress.Scheme("bolt", defaultPort: 7687),
        ServerAddress.Scheme("bolt+s", defaultPort: 7688, isTLS: true),
    ]

    private func read(_ text: String) throws(ServerAddressError) -> ServerAddress {
        try ServerAddress(text, schemes: Self.schemes)
    }

    @Test("have a scheme, a login, hosts, a path and parameters, all decoded")
    func allParts() throws {
        let address = try read("BOLT+S://us%40er:p%3Ass@a,[::1]:1/x%2Fy/z?n%20=v%26&flag&n%20=2")
        #expect(address.scheme == Self.schemes[1])
        #expect(address.login == .init(user: "us@er", password: "p:ss"))
        #expect(address.hosts == [.init("a", port: 7688), .init("::1", port: 1)])
        #expect(address.path == ["x/y", "z"])
        #expect(address.parameters == [.init("n ", "v&"), .init("flag", ""), .init("n ", "2")])
    }

    @Test("leave out what is not needed")
    func defaults() throws {
        let address = try read("bolt://")
        #expect(address.login == nil)
        #expect(address.hosts == [.init("localhost", port: 7687)])
        #expect(address.path.isEmpty)
        #expect(address.parameters.isEmpty)
        #expect(try read("bolt://:1").hosts == [.init("localhost", port: 1)])
        #expect(try read("bolt://h:").hosts == [.init("h", port: 7687)])
        #expect(try read("bolt://h/").path == [""])
        #expect(try read("bolt://u@h").login == .init(user: "u", password: ""))
        #expect(try read("bolt://u:a:b@h").login == .init(user: "u", password: "a:b"))
    }

    @Test(
        "that cannot be read say which part, and never the password",
        arguments: [
            ("http://u:secret@h", "bolt://"), ("bolt:u:secret@h", "bolt+s://"), ("u:secret@h", "begins with"),
            ("bolt://u:secret@h#f", "fragment"), ("bolt://u:sec?ret@h", "%3F"), ("bolt://u:sec/ret@h", "%2F"),
            ("bolt://u:secret%4@h", "the password"), ("bolt://u:secret%zz@h", "the password"),
            ("bolt://u:secret%FF@h", "the password"), ("bolt://%:secret@h", "the user"),
            ("bolt://u:secret@%", "the host"),
            ("bolt://u:secret@h:0", "the port"), ("bolt://u:secret@h:65536", "the port"),
            ("bolt://u:secret@h:port", "the port"), ("bolt://u:secret@::1", "[]"), ("bolt://u:secret@[::1", "]"),
            ("bolt://u:secret@[]", "empty"), ("bolt://u:secret@[::1]1", "only a port"),
            ("bolt://u:secret@h/%", "the path"),
            ("bolt://u:secret@h?%=1", "a parameter"), ("bolt://u:secret@h?token=secret%", "token"),
        ])
    func unreadable(text: String, part: String) {
        let error = #expect(throws: ServerAddressError.self) { try read(text) }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        for secret in ["secret", "sec?", "ret"] where !part.contains(secret) {
            #expect(error?.message.contains(secret) == false)
        }
    }

    @Test("show scheme, user, hosts and path, and no secret, however they are printed")
    func descriptions() throws {
        let address = try read("bolt+s://us%40er:secret@a,[::1]:1/x%2Fy?token=secret")
        #expect("\(address)" == "bolt+s://us%40er@a:7688,[::1]:1/x%2Fy")
        var dumped = ""
        dump(address, to: &dumped)
        for text in [String(reflecting: address), dumped, String(reflecting: address.login as Any)] {
            #expect(!text.contains("secret"), "\(text)")
        }
    }

    @Test(
        "show nothing but the scheme when they cannot be read",
        arguments: [
            ("bolt://u:sec?ret@h", "bolt://..."), ("bolt+s://u:secret@h:port", "bolt+s://..."),
            ("u:secret@h", "an unreadable address"), ("secret://u@h", "an unreadable address"),
            ("", "an unreadable address"),
            ("bolt://u:secret@h", "bolt://u@h:7687"),
        ])
    func redacted(text: String, shown: String) {
        #expect(ServerAddress.redacted(text, schemes: Self.schemes) == shown)
    }

    @Test("have parameters that are read as numbers and as words, with errors that do not repeat the value")
    func parameters() throws {
        let parameter = ServerAddress.Parameter("size", "17")
        #expect(try parameter.number(in: 1...17) == 17)
        #expect(try parameter.choice(["16": 1, "17": 2]) == 2)
        let number = #expect(throws: ServerAddressError.self) { try parameter.number(in: 1...16) }
        #expect(number?.message == "size is a number from 1 to 16")
        let word = #expect(throws: ServerAddressError.self) { try parameter.choice(["a": 1, "b": 2]) }
        #expect(word?.message == "size is a or b")
    }
}
