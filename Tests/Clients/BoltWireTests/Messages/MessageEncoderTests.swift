import BoltWire
import TestSupport
import Testing

@Suite("Writing messages")
struct MessageEncoderTests {
    private let versions = BoltVersion.known

    private func bytes(_ request: Request, _ version: BoltVersion = BoltVersion(5, 8)) throws(BoltWireError) -> [UInt8]
    {
        var encoder = MessageEncoder(version: version)
        try encoder.request(request)
        return encoder.take()
    }

    /// The one map that a request consists of.
    private func map(_ request: Request, _ version: BoltVersion) throws -> BoltMap {
        var decoder = MessageDecoder(version: version)
        decoder.append(try bytes(request, version))
        let message = try #require(try decoder.nextMessage())
        return try #require(message.fields.last?.map)
    }

    @Test(
        "requests without content are their tag",
        arguments: [
            (Request.logoff, "B06B"), (.commit, "B012"), (.rollback, "B013"), (.reset, "B00F"), (.goodbye, "B002"),
        ])
    func plain(request: Request, digits: String) throws {
        #expect(try bytes(request) == message(digits))
    }

    @Test("requests with content are what the specification says, octet by octet")
    func contents() throws {
        #expect(try bytes(.telemetry(.autoCommit)) == message("B154 02"))
        #expect(
            try bytes(.run(query: "RETURN $x", parameters: ["x": 1], options: TransactionOptions()))
                == message("B310 8952455455524E202478 A1817801 A0"))
        #expect(try bytes(.run(query: "X", parameters: [:], options: nil)) == message("B310 8158 A0 A0"))
        #expect(try bytes(.begin(TransactionOptions())) == message("B111 A0"))
        #expect(try bytes(.pull(.init(count: 1_000))) == message("B13F A1 816E C903E8"))
        #expect(try bytes(.pull(.init(queryID: 3))) == message("B13F A2 816E FF 83716964 03"))
        #expect(try bytes(.discard(.init())) == message("B12F A1 816E FF"))
        #expect(
            try bytes(.route(.init(bookmarks: ["b"], database: "d")))
                == message("B366 A0 918162 A1 826462 8164"))
        #expect(
            try bytes(.logon(.none)) == message("B16A A1 86736368656D65 846E6F6E65"))
    }

    @Test("a demand for no record is an error, since servers refuse it")
    func noDemand() {
        #expect(code { _ = try bytes(.pull(.init(count: 0))) } == .notEncodable)
        #expect(code { _ = try bytes(.discard(.init(count: -1))) } == .notEncodable)
    }

    @Test("HELLO tells what each version wants, and the login before 5.1 only")
    func hello() throws {
        let hello = Request.hello(
            .init(
                client: ClientIdentity(userAgent: "shop/1", product: "lib/2", platform: "Linux"),
                authentication: .basic(user: "neo4j", password: "secret"), routing: ["address": "a:1"],
                notifications: NotificationFilter(minimumSeverity: "OFF", disabledClassifications: ["HINT"])))
        for version in versions {
            let map = try map(hello, version)
            #expect(map["user_agent"] == "shop/1")
            #expect(map["routing"] == ["address": "a:1"])
            #expect(map["credentials"] == (version < BoltVersion(5, 1) ? "secret" : nil))
            #expect(map["scheme"] == (version < BoltVersion(5, 1) ? "basic" : nil))
            #expect(map["patch_bolt"] == (version == BoltVersion(4, 4) ? ["utc"] : nil))
            #expect(map["notifications_minimum_severity"] == (version < BoltVersion(5, 2) ? nil : "OFF"))
            #expect(map["bolt_agent"]?.map?["product"] == (version < BoltVersion(5, 3) ? nil : "lib/2"))
            let isNew = version >= BoltVersion(5, 6)
            #expect(map["notifications_disabled_classifications"] == (isNew ? ["HINT"] : nil))
            let isOld = version >= BoltVersion(5, 2) && !isNew
            #expect(map["notifications_disabled_categories"] == (isOld ? ["HINT"] : nil))
        }
    }

    @Test("a client without routing says nothing of it")
    func noRouting() throws {
        let hello = Request.hello(.init(client: ClientIdentity(userAgent: "a"), authentication: .none))
        #expect(try map(hello, BoltVersion(5, 8))["routing"] == nil)
    }

    @Test("messages that a version does not have are errors")
    func missing() {
        for version in versions {
            let logon = code { _ = try bytes(.logon(.none), version) }
            #expect((logon == nil) == (version >= BoltVersion(5, 1)))
            let logoff = code { _ = try bytes(.logoff, version) }
            #expect((logoff == nil) == (version >= BoltVersion(5, 1)))
            let telemetry = code { _ = try bytes(.telemetry(.executeQuery), version) }
            #expect((telemetry == nil) == (version >= BoltVersion(5, 4)))
        }
    }

    @Test("each way to log on sends what its scheme wants")
    func logon() throws {
        let five = BoltVersion(5, 8)
        #expect(try map(.logon(.none), five) == ["scheme": "none"])
        #expect(
            try map(.logon(.basic(user: "u", password: "p", realm: "r")), five)
                == ["scheme": "basic", "principal": "u", "credentials": "p", "realm": "r"])
        #expect(try map(.logon(.bearer("t")), five) == ["scheme": "bearer", "credentials": "t"])
        #expect(
            try map(.logon(.kerberos("k")), five) == ["scheme": "kerberos", "principal": "", "credentials": "k"])
        #expect(
            try map(.logon(.custom(scheme: "x", credentials: "c", parameters: ["a": 1])), five)
                == ["scheme": "x", "credentials": "c", "parameters": ["a": 1]])
    }

    @Test("no secret is told by a description, a mirror or a dump")
    func secrets() {
        let logins: [Authentication] = [
            .basic(user: "anna", password: "s3cret"), .bearer("s3cret"), .kerberos("s3cret"),
            .custom(scheme: "x", credentials: "s3cret", parameters: ["a": "s3cret"]),
        ]
        for login in logins {
            var text = "\(login) \(String(reflecting: login))"
            dump(Request.logon(login), to: &text)
            #expect(!text.contains("s3cret"))
        }
        #expect("\(logins[0])" == "basic (anna)")
    }

    @Test("options of a transaction stand where servers look for them")
    func options() throws {
        let options = TransactionOptions(
            mode: .read, database: "d", bookmarks: ["a", "b"], timeout: .seconds(2), metadata: ["app": "x"],
            impersonatedUser: "u", notifications: .off)
        #expect(
            try map(.begin(options), BoltVersion(5, 8)) == [
                "bookmarks": ["a", "b"], "tx_timeout": 2_000, "tx_metadata": ["app": "x"], "mode": "r", "db": "d",
                "imp_user": "u", "notifications_minimum_severity": "OFF",
            ])
        #expect(try map(.begin(options), BoltVersion(4, 4))["notifications_minimum_severity"] == nil)
        #expect(try map(.run(query: "", parameters: [:], options: options), BoltVersion(5, 8))["mode"] == "r")
    }

    @Test(
        "a timeout below a millisecond is one, since none at all would be no limit",
        arguments: [
            (Duration.zero, 0), (.nanoseconds(1), 1), (.microseconds(999), 1), (.milliseconds(1), 1),
            (.microseconds(1_999), 1), (.seconds(-1), 0), (.seconds(3), 3_000), (.seconds(Int64.max), .max),
        ])
    func timeouts(timeout: Duration, milliseconds: Int) throws {
        let map = try map(.begin(TransactionOptions(timeout: timeout)), BoltVersion(5, 8))
        #expect(map["tx_timeout"] == .integer(milliseconds))
    }

    @Test(
        "a message is cut into chunks of at most 65,535 bytes", arguments: [65_535, 65_536, 131_070, 131_071, 500_000])
    func chunks(size: Int) throws {
        // B1 71, CE and four bytes of size stand before the content.
        let content = [UInt8](repeating: 7, count: size - 7)
        var encoder = MessageEncoder(version: BoltVersion(5, 8))
        try encoder.request(.reset)
        try encoder.message(BoltStructure(0x71, [.bytes(content)]))
        try encoder.request(.commit)
        var rest = encoder.take()[...]
        #expect(rest.prefix(6) == message("B00F")[...])
        rest = rest.dropFirst(6)
        var sizes: [Int] = []
        while true {
            let size = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            rest = rest.dropFirst(2 + size)
            if size == 0 { break }
            sizes.append(size)
        }
        #expect(sizes.allSatisfy { $0 <= 65_535 })
        #expect(sizes.reduce(0, +) == size - (size > 65_542 ? 0 : 2))
        #expect(sizes.dropLast().allSatisfy { $0 == 65_535 })
        #expect(Array(rest) == message("B012"))
    }
}
