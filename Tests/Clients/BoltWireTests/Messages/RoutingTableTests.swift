import BoltWire
import Testing

@Suite("Routing tables")
struct RoutingTableTests {
    private func table(_ table: BoltValue) throws -> RoutingTable {
        var connected = try Connected()
        _ = try connected.machine.route(Request.Route(), at: Connected.now)
        guard case .succeeded(_, .table(let table))? = try connected.answer(.success(["rt": table])).first else {
            throw BoltWireError(.unexpected, "no table")
        }
        return table
    }

    @Test("a table without writers is one, and so is one with a single router; unknown roles are skipped")
    func partial() throws {
        let table = try table([
            "ttl": 10,
            "servers": [
                ["role": "READ", "addresses": ["a:1", "[::1]:2"]], ["role": "ROUTE", "addresses": ["a:1"]],
                ["role": "REST", "addresses": ["b:1"]],
            ],
        ])
        #expect(table.readers == ["a:1", "[::1]:2"])
        #expect(table.routers == ["a:1"])
        #expect(table.writers.isEmpty)
        #expect(table.database == nil)
        #expect(table.timeToLive == .seconds(10))
    }

    @Test("a time beyond all measure is bounded", arguments: [(-5, 0), (.max, 31_536_000)])
    func time(seconds: Int, expected: Int) throws {
        #expect(try table(["ttl": .integer(seconds), "servers": []]).timeToLive == .seconds(expected))
    }

    @Test(
        "what is not a table is refused",
        arguments: [
            nil, [:], ["ttl": "1", "servers": []], ["ttl": 1], ["ttl": 1, "servers": [1]],
            ["ttl": 1, "servers": [["role": "READ"]]], ["ttl": 1, "servers": [["role": "READ", "addresses": [1]]]],
        ] as [BoltValue])
    func malformed(value: BoltValue) {
        #expect(code { _ = try table(value) } == .malformed)
    }
}
