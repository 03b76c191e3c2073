import EventLoops
import FoundationEssentials
import HTTPMessages
import JSON
import QdrantClient
import TestSupport
import Testing

/// Against a server: the one that `QDRANT_URL` names, else Qdrant's engine behind the test server.
@Suite(.serialized) struct LiveTests {
    /// A collection of the test's own, deleted at its end.
    static func withCollection(
        _ size: Int = 4, _ body: (QdrantDriver, String) async throws -> Void
    ) async throws {
        let addresses = try await Qdrant.addresses()
        let driver = QdrantDriver(try QdrantConfiguration(url: addresses.http, apiKey: addresses.apiKey))
        let name = "client-test-\(UUID().uuidString.lowercased())"
        #expect(try await driver.send(.createCollection(name, QdrantCollection(size: size))))
        let result = await outcome { try await body(driver, name) }
        _ = try await driver.send(.deleteCollection(name))
        try result.get()
    }

    static func point(_ id: QdrantPointID, _ x: Float, _ payload: [String: JSONValue]) -> QdrantPoint {
        QdrantPoint(id, vector: [x, 1, 0, 0.5], payload: payload)
    }

    @Test("A collection is made once, described, named by an alias and deleted")
    func collections() async throws {
        try await Self.withCollection { qdrant, name in
            #expect(try await qdrant.send(.collectionExists(name)))
            #expect(try await qdrant.send(.collections).contains(name))
            let again = QdrantRequest.createCollection(name, QdrantCollection(size: 4))
            #expect(try await DriverTests.failure(again, qdrant).code == .conflict)
            #expect(try await qdrant.send(.createIndex(of: "n", .integer, in: name)).isApplied)
            let info = try await qdrant.send(.collection(name))
            #expect(info.vectors?.size == 4 && info.indexes == ["n": "integer"])
            #expect(try await qdrant.send(.deleteIndex(of: "n", in: name)).isApplied)
            #expect(try await qdrant.send(.collection(name)).indexes == [:])
            let alias = "alias-\(name)"
            #expect(try await qdrant.send(.pointAlias(alias, to: name)))
            #expect(try await qdrant.send(.pointAlias(alias, to: name)))
            #expect(try await qdrant.send(.aliases(of: name)).map(\.name) == [alias])
            #expect(try await qdrant.send(.changeAliases([.delete(alias)])))
            #expect(!(try await qdrant.send(.collectionExists(alias))))
        }
        let addresses = try await Qdrant.addresses()
        let open = QdrantDriver(try QdrantConfiguration(url: addresses.http))
        #expect(try await open.send(.version).contains("."))
        #expect(try await open.send(.readiness) != "")
        #expect(try await open.send(.health) != "")
        if addresses.apiKey != nil { #expect(try await DriverTests.failure(.collections, open).code == .accessRefused) }
    }

    @Test("Points come back as they were written, by ids, pages, queries and counts")
    func points() async throws {
        try await Self.withCollection { qdrant, name in
            _ = try await qdrant.send(.createIndex(of: "n", .integer, in: name))
            let ids: [QdrantPointID] = (0..<25).map { $0 < 12 ? .number($0) : .uuid(high: $0, low: 7) }
            let points = ids.enumerated().map { index, id in
                Self.point(id, Float(index), ["n": .integer(Int64(index)), "text": .string("é\"\(index)")])
            }
            #expect(try await qdrant.send(.update(.upsert(QdrantPoints(points)), in: name)).isApplied)
            #expect(try await qdrant.send(.count(in: name)) == 25)
            let found = try await qdrant.send(.points([ids[20], ids[3], ids[3], 999], in: name, with: .all))
            #expect(Set(found.map(\.id)) == [ids[3], ids[20]])
            for record in found {
                let index = try #require(ids.firstIndex(of: record.id))
                #expect(try record.payload?.fields() == points[index].payload)
                let sent = points[index].vector
                let unit = QdrantVector.normalised(sent.span)
                let expected = try #require(unit)
                #expect(zip(try #require(record.vector), expected).allSatisfy { abs($0 - $1) < 1e-6 })
            }
            var read: [QdrantPointID] = []
            var next: QdrantPointID?
            repeat {
                let page = try await qdrant.send(.scroll(QdrantScroll(from: next, limit: 10, with: .id), in: name))
                read += page.points.map(\.id)
                next = page.next
            } while next != nil
            #expect(read == ids.sorted())
            let order = QdrantScroll.Order(by: "n", isDescending: true, from: .integer(20))
            let ordered = try await qdrant.send(.scroll(QdrantScroll(limit: 3, orderedBy: order), in: name))
            #expect(ordered.points.map(\.orderValue) == [.integer(20), .integer(19), .integer(18)])
            let range = QdrantFilter(must: [.range("n", QdrantRange(from: 5, below: 8))])
            #expect(try await qdrant.send(.count(in: name, where: range)) == 3)
            let queries = [QdrantQuery(.point(ids[5]), limit: 2), QdrantQuery(where: range, limit: 9)]
            #expect(try await qdrant.send(.queries(queries, in: name)).map(\.count) == [2, 3])
            let nearest = QdrantQuery(.vector(points[24].vector), limit: 1, with: .payload)
            #expect(try await qdrant.send(.query(nearest, in: name)).first?.id == ids[24])
            let selected = QdrantOperation.Selection.ids([ids[1]])
            _ = try await qdrant.send(.update(.setPayload(["n": .integer(1_000)], selected), in: name))
            #expect(try await qdrant.send(.points([ids[1]], in: name))[0].payload?.fields()["n"] == .integer(1_000))
            _ = try await qdrant.send(.update(.delete(.ids([ids[0]])), in: name))
            _ = try await qdrant.send(.update(.delete(.matching(range)), in: name))
            #expect(try await qdrant.send(.count(in: name)) == 21)
        }
    }

    @Test("A conditional write loses against a later state, and the first write wins where only new points are written")
    func conditions() async throws {
        try await Self.withCollection { qdrant, name in
            func write(_ version: Int64, _ mode: QdrantOperation.UpsertMode) throws -> QdrantOperation {
                let points = try QdrantPoints([Self.point(1, Float(version), ["version": .integer(version)])])
                let newer = QdrantFilter(mustNot: [.range("version", QdrantRange(from: Double(version)))])
                return .upsert(points, mode: mode, condition: mode == .insertOnly ? nil : newer)
            }
            for (version, winner) in [(5, 5), (3, 5), (5, 5), (9, 9), (8, 9)] as [(Int64, Int64)] {
                let both = try [write(version, .insertOnly), write(version, .updateOnly)]
                #expect(try await qdrant.send(.updates(both, in: name)).allSatisfy(\.isApplied))
                let record = try #require(try await qdrant.send(.points([1], in: name)).first)
                #expect(try record.payload?.fields() == ["version": .integer(winner)])
            }
            let missing = QdrantOperation.upsert(try QdrantPoints([Self.point(2, 1, [:])]), mode: .updateOnly)
            _ = try await qdrant.send(.update(missing, in: name))
            #expect(try await qdrant.send(.count(in: name)) == 1)
        }
    }

    @Test("Every number of a vector comes back as the Float that was sent")
    func exactVectors() async throws {
        let addresses = try await Qdrant.addresses()
        let qdrant = QdrantDriver(try QdrantConfiguration(url: addresses.http, apiKey: addresses.apiKey))
        let name = "client-test-\(UUID().uuidString.lowercased())"
        _ = try await qdrant.send(.createCollection(name, QdrantCollection(size: 512, distance: .dot)))
        var generator = SeededGenerator(seed: 3)
        let vector = (0..<512).map { index in
            Float.random(in: -1...1, using: &generator) * Float(sign: .plus, exponent: index % 80 - 50, significand: 1)
        }
        let result = await outcome {
            _ = try await qdrant.send(.update(.upsert(QdrantPoints([QdrantPoint(1, vector: vector)])), in: name))
            let found = try await qdrant.send(.points([1], in: name, with: .all))
            #expect(found.first?.vector == vector)
        }
        _ = try await qdrant.send(.deleteCollection(name))
        try result.get()
    }

    @Test(
        "Faults of a server are waited out, and nothing is lost or doubled",
        arguments: [
            #"{"mode":"status","status":503,"next":2}"#, #"{"mode":"status","status":429,"next":1,"retry_after":0}"#,
            #"{"mode":"status","status":408,"next":1}"#, #"{"mode":"status","status":507,"next":1}"#,
            #"{"mode":"drop","next":2}"#, #"{"mode":"drop_after_apply","next":2}"#,
            #"{"mode":"wait_timeout","next":2}"#,
            #"{"mode":"partial","next":2}"#, #"{"mode":"latency","ms":50,"next":2}"#,
        ])
    func faults(_ rule: String) async throws {
        let node = try await QdrantNode.shared()
        var configuration = try QdrantConfiguration(url: node.addresses.http, apiKey: node.addresses.apiKey)
        configuration.backoff = Backoff(initial: .milliseconds(1), maximum: .milliseconds(5))
        let qdrant = QdrantDriver(configuration)
        let name = "faults-\(UUID().uuidString.lowercased())"
        _ = try await qdrant.send(.createCollection(name, QdrantCollection(size: 4)))
        // The rule holds for this collection alone: other tests use the same server.
        let scoped = rule.dropLast() + #","path":"\#(name)/points"}"#
        _ = try await qdrant.send(.other(.post, ["_faults"], body: JSONValue(parsing: Array(scoped.utf8))))
        let points = try QdrantPoints((0..<10).map { Self.point(.number($0), Float($0), [:]) })
        #expect(try await qdrant.send(.update(.upsert(points), in: name)).isApplied)
        let both: [QdrantOperation] = [.delete(.ids([3])), .setPayload(["a": .integer(1)], .ids([4]))]
        #expect(try await qdrant.send(.updates(both, in: name)).count == 2)
        #expect(try await qdrant.send(.count(in: name)) == 9)
        #expect(try await qdrant.send(.points([4], in: name)).first?.payload?.fields() == ["a": .integer(1)])
    }

    @Test("A server that is killed and started again is found again, with all that it has confirmed")
    func restart() async throws {
        let node = try await QdrantNode.start()
        var configuration = try QdrantConfiguration(url: node.addresses.http, apiKey: node.addresses.apiKey)
        configuration.attempts = 1_000
        configuration.backoff = Backoff(initial: .milliseconds(20), maximum: .milliseconds(100))
        let qdrant = QdrantDriver(configuration)
        _ = try await qdrant.send(.createCollection("c", QdrantCollection(size: 4)))
        _ = try await qdrant.send(.update(.upsert(QdrantPoints([Self.point(1, 1, [:])])), in: "c"))
        try await node.kill()
        let second = try QdrantPoints([Self.point(2, 1, [:])])
        async let written = qdrant.send(.update(.upsert(second), in: "c"), within: .seconds(120))
        try await node.start()
        #expect(try await written.isApplied)
        #expect(try await qdrant.send(.count(in: "c")) == 2)
    }
}
