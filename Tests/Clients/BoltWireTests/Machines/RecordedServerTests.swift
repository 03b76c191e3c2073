import BoltWire
import TestSupport
import Testing

@Suite("Neo4j 5.26 as it was recorded")
struct RecordedServerTests {
    private static let recordings = [Recording.bolt58, .bolt44, .bolt44Unpatched]
    private let now = Connected.now

    /// A client that asks for what was recorded, given the answers in pieces.
    private func replay(_ recording: Recording, _ cut: ([UInt8]) -> [[UInt8]]) throws -> [ConnectionEvent] {
        var machine = Connected.machine()
        var events: [ConnectionEvent] = []
        func answer(_ digits: String) throws {
            for piece in cut(hex(digits)) {
                try machine.received(piece, at: now)
                while let event = try machine.next() { events.append(event) }
            }
        }
        func query(_ text: String) throws {
            let run = try machine.run(text, at: now)
            _ = try machine.pull(of: run, at: now)
        }
        try answer(recording.handshake)
        try answer(recording.login)
        try query("graph")
        try answer(recording.graph)
        try query("values")
        try answer(recording.values)
        try query("fails")
        try query("is ignored")
        try answer(recording.failure)
        _ = try machine.reset(at: now)
        try answer(recording.reset)
        _ = try machine.route(Request.Route(), at: now)
        try answer(recording.route)
        try query("delete")
        try answer(recording.delete)
        try query("notice")
        try answer(recording.notice)
        _ = try machine.begin(at: now)
        let first = try machine.run("first", at: now)
        _ = try machine.pull(of: first, count: 2, at: now)
        try answer(recording.pages)
        try query("second")
        _ = try machine.pull(of: first, at: now)
        _ = try machine.commit(at: now)
        try answer(recording.transaction)
        #expect(machine.isIdle)
        return events
    }

    @Test("the events are the same, octet by octet and in pieces of any size", arguments: 0..<3)
    func pieces(index: Int) throws {
        let recording = Self.recordings[index]
        let whole = try replay(recording) { [$0] }
        #expect(whole.count == 28)
        #expect(try replay(recording) { $0.map { [$0] } } == whole)
        for seed in 0..<20 {
            var generator = SeededGenerator(seed: UInt64(seed))
            #expect(try replay(recording) { $0.cut(upTo: 90, using: &generator) } == whole)
        }
    }

    @Test("every value of the server is the one that was asked for", arguments: 0..<3)
    func values(index: Int) throws {
        let records = try replay(Self.recordings[index]) { [$0] }.compactMap(\.values)
        let isOld = index == 2
        let berlin =
            isOld
            ? BoltZonedDateTime(seconds: 1_761_445_800, zone: "Europe/Berlin", clock: .local)
            : BoltZonedDateTime(seconds: 1_761_442_200, zone: "Europe/Berlin")
        #expect(
            records[1] == [
                nil, true, -17, -16, .integer(.min), 1.5, .bytes([1, 255]), "Grüße", [1, "a"], ["k": [nil]],
                .date(BoltDate(days: -1)), .time(BoltTime(nanoseconds: 43_200_500_000_000, offset: 3_600)),
                .localTime(BoltLocalTime(nanoseconds: 86_399_999_999_999)),
                .dateTime(BoltDateTime(seconds: -1, nanoseconds: 999_999_999)), .zonedDateTime(berlin),
                .localDateTime(BoltLocalDateTime(seconds: -62_198_755_200)),
                .duration(BoltDuration(months: 1, days: 2, seconds: 3, nanoseconds: 500_000_000)),
                .point(BoltPoint(srid: 7_203, x: 1, y: 2)), .point(BoltPoint(srid: 4_979, x: 13.4, y: 52.5, z: 34)),
                // Sent by a client: in the form of 4.4, the second is that of the clock.
                .dateTime(BoltDateTime(seconds: 1_761_442_200, offset: 3_601)),
            ])
    }

    @Test("a path, a node and a relationship have the same names in one record", arguments: 0..<3)
    func graph(index: Int) throws {
        let record = try replay(Self.recordings[index]) { [$0] }.compactMap(\.values)[0]
        guard case .path(let path) = record[0], case .node(let node) = record[1],
            case .relationship(let relationship) = record[2]
        else {
            Issue.record("\(record)")
            return
        }
        #expect(path.start == node)
        #expect(node.labels == ["User", "Shopper"])
        #expect(node.properties["user_id"] == 7)
        #expect(path.steps.map(\.relationship.relationship.type) == ["INTERACTED", "MADE"])
        #expect(path.steps.first?.relationship == relationship)
        // The second step goes against the arrow.
        #expect(path.steps.last?.relationship.startElementID == path.steps.last?.node.elementID)
        #expect(node.elementID.contains(":") == (index == 0))
    }

    @Test("summaries tell counters, statuses or notifications, tables and bookmarks", arguments: 0..<3)
    func summaries(index: Int) throws {
        let events = try replay(Self.recordings[index]) { [$0] }
        let results = events.compactMap(\.result)
        #expect(results[0].counters?.nodesCreated == 3)
        #expect(results[0].counters?.relationshipsCreated == 2)
        #expect(results[0].counters?.labelsAdded == 4)
        #expect(results[0].type == .readWrite)
        #expect(results[0].bookmark?.hasPrefix("FB:") == true)
        #expect(results[2].counters?.nodesDeleted == 3)
        #expect(results[2].type == .write)
        #expect(results[3].counters == nil)
        #expect(results[4].hasMore)
        if index == 0 {
            #expect(results[3].statuses.map(\.gqlStatus) == ["02000", "01N50"])
            #expect(results[3].statuses.last?.code == "Neo.ClientNotification.Statement.UnknownLabelWarning")
            #expect(results[3].statuses.last?.title == "The provided label is not in the database.")
        } else {
            #expect(results[3].notifications.first?["severity"] == "WARNING")
        }
        let tables = events.compactMap { if case .succeeded(_, .table(let table)) = $0 { table } else { nil } }
        #expect(tables.first?.writers == ["127.0.0.1:17687"])
        #expect(tables.first?.routers == tables.first?.readers)
        #expect(tables.first?.timeToLive == .seconds(300))
        #expect(tables.first?.database == "neo4j")
        let failures = events.compactMap { if case .failed(_, let failure) = $0 { failure } else { nil } }
        #expect(failures.map(\.code) == ["Neo.ClientError.Statement.ArithmeticError"])
        guard case .succeeded(_, .committed(let bookmark)) = events[events.count - 1] else {
            Issue.record("no COMMIT")
            return
        }
        #expect(bookmark?.hasPrefix("FB:") == true)
    }
}

extension ConnectionEvent {
    fileprivate var values: [BoltValue]? { if case .record(let values, _) = self { values } else { nil } }
    fileprivate var result: ResultSummary? { if case .succeeded(_, .result(let result)) = self { result } else { nil } }
}
