import BoltClient
import Connections
import Network
import Testing

@Suite struct BoltURITests {
    @Test(
        "the six schemes say whether a cluster is asked, whether TLS is used, and whether certificates are verified",
        arguments: [
            ("bolt", false, nil), ("bolt+s", false, true), ("bolt+ssc", false, false), ("neo4j", true, nil),
            ("neo4j+s", true, true), ("neo4j+ssc", true, false),
        ] as [(String, Bool, Bool?)])
    func schemes(_ name: String, isRouted: Bool, verifies: Bool?) throws {
        let configuration = try BoltURI.parse("\(name)://graph.example")
        #expect((configuration.routing != .none) == isRouted)
        #expect(configuration.endpoints.map(\.host) == ["graph.example"])
        #expect(configuration.endpoints.map(\.port) == [7_687])
        #expect(configuration.endpoints.first?.tls?.verifiesPeer == verifies)
        #expect(configuration.description == "\(name)://graph.example:7687")
    }

    @Test("several hosts, ports, a login and a routing context are read, and no password is shown")
    func everything() throws {
        let configuration = try BoltURI.parse(
            "neo4j://neo4j:se%40cret@a,[::1]:7688?region=eu")
        #expect(configuration.endpoints.map(\.host) == ["a", "::1"])
        #expect(configuration.endpoints.map(\.port) == [7_687, 7_688])
        #expect(configuration.routing == .table(context: [.init("region", "eu")]))
        #expect(configuration.user == "neo4j")
        #expect(configuration.description == "neo4j://neo4j@a:7687,[::1]:7688")
        #expect(!"\(configuration)".contains("cret"))
    }

    @Test(
        "an address that cannot be read is refused with the part that is wrong",
        arguments: [
            ("http://host:7474", "bolt+ssc:// or bolt+s:// or bolt://"),
            ("bolt://host/database", "a path means nothing"),
            ("bolt://host?region=eu", "unknown parameter region"), ("neo4j://host?a=1&a=2", "stands there twice"),
            ("bolt://host:99999", "the port"), ("bolt://host?cacertfile=/ca.pem", "need an address with TLS"),
        ])
    func refusals(_ text: String, _ part: String) throws {
        let error = #expect(throws: BoltError.self) { try BoltURI.parse(text) }
        #expect(error?.code == .invalidURI)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
}
