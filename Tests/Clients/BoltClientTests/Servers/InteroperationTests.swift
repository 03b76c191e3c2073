import BoltClient
import BoltWire
import TestSupport
import Testing

/// A value in both languages.
struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let value: BoltValue
    /// The value as an expression of Python with Neo4j's own driver; nil where that has no such value.
    let python: String?

    init(_ name: String, _ value: BoltValue, _ python: String?) {
        (self.name, self.value, self.python) = (name, value, python)
    }

    var testDescription: String { name }
}

/// What one client writes, the other one reads: ours, and Neo4j's own for Python.
@Suite("Values between clients", .timeLimit(.minutes(5))) struct InteroperationTests {
    @Test("each value that ours writes is read by Neo4j's own driver as the same, and the other way round")
    func values() async throws {
        let node = try await Neo4jNode.shared()
        try await node.rows("MATCH (n:Sample) DETACH DELETE n")
        let python = try await PythonDriver(node.addresses)
        let samples = Sample.all.filter { Neo4j.isReal || !Sample.lacking.contains($0.name) }
        let expressions = samples.compactMap { sample in sample.python.map { (name: sample.name, python: $0) } }
        try await node.rows(
            "UNWIND $rows AS row CREATE (:Sample {name: row[0], v: row[1]})",
            ["rows": .list(samples.map { [.string($0.name), $0.value] })])
        try await expect(samples, node)
        try await python.compare(expressions, "Sample")
        try await node.rows("MATCH (n:Sample) DETACH DELETE n")
        try await python.write(expressions, "Sample")
        try await expect(samples.filter { $0.python != nil }, node)
    }

    /// Reads values as they are, and nested.
    private func expect(_ samples: [Sample], _ node: Neo4jNode) async throws {
        let rows = try await node.rows("MATCH (n:Sample) RETURN n.name, n.v, [[n.v], {k: n.v}], {l: [n.v, {}]}")
        #expect(rows.count == samples.count)
        let found = Dictionary(rows.map { ($0[0], Array($0[1...])) }) { first, _ in first }
        for sample in samples {
            let value = sample.value
            let wanted: [BoltValue] = [
                value, .list([.list([value]), .map(["k": value])]), .map(["l": .list([value, .map([:])])]),
            ]
            let row = found[.string(sample.name)] ?? []
            #expect(isSame(row, wanted), "\(sample.name): \("\(row)".prefix(1_000))")
        }
    }

    /// As values with the bits of their numbers.
    private func isSame(_ one: [BoltValue], _ other: [BoltValue]) -> Bool {
        func bytes(_ value: [BoltValue]) -> [UInt8] {
            var encoder = MessageEncoder(version: BoltVersion(5, 8), writesResults: true)
            try? encoder.message(BoltStructure(0x71, [.list(value)]))
            return encoder.take()
        }
        return bytes(one) == bytes(other)
    }

    @Test("the samples that ArcadeDB lacks are samples")
    func lacking() {
        #expect(Sample.lacking.isSubset(of: Sample.all.map(\.name)))
        #expect(Set(Sample.all.map(\.name)).count == Sample.all.count)
    }

    @Test("parameters nested in lists and maps arrive where they belong")
    func nestedParameters() async throws {
        let node = try await Neo4jNode.shared()
        try await node.rows("MATCH (n:Nested) DETACH DELETE n")
        let nested: BoltValue = .map([
            "a": .list([.list([1, "x"]), .map(["b": .list([true, nil, .float(-0.0)])])]), "c": .map(["ü": "ß"]),
        ])
        try await node.rows(
            """
            UNWIND [1] AS one CREATE (:Nested {a: $v.a[0][0], b: $v.a[0][1], c: $v.a[1].b[0], d: $v.a[1].b[2], e: $v.c.`ü`})
            """, ["v": nested])
        let python = try await PythonDriver(node.addresses)
        try await python.check(
            "MATCH (n:Nested) RETURN n.a, n.b, n.c, n.d, n.e",
            "seen(records) == seen([[1, 'x', True, -0.0, 'ß']])")
    }

    @Test("both see the same nodes, relationships and paths")
    func graph() async throws {
        let node = try await Neo4jNode.shared()
        try await node.rows("MATCH (n:Station) DETACH DELETE n")
        try await node.rows("CREATE (:Station {n: 1})-[:TO {m: 7}]->(:Station {n: 2})<-[:TO {m: 8}]-(:Station {n: 3})")
        let query = "MATCH p = (a:Station {n: 1})-[r:TO]->(b)<-[s:TO]-(c) RETURN a, r, p"
        let row = try #require(try await node.rows(query).first)
        guard case .node(let start) = row[0], case .relationship(let relationship) = row[1],
            case .path(let path) = row[2]
        else {
            Issue.record("\(row)")
            return
        }
        #expect(start.labels == ["Station"])
        #expect(start.properties == ["n": 1])
        #expect(relationship.relationship.type == "TO")
        #expect(relationship.relationship.properties == ["m": 7])
        #expect(path.start == start)
        #expect(path.steps.map(\.node.properties) == [["n": 2], ["n": 3]])
        #expect(path.steps[0].relationship == relationship)
        // The second one goes the other way.
        #expect(path.steps[1].relationship.endElementID == relationship.endElementID)

        let python = try await PythonDriver(node.addresses)
        try await python.check(
            query,
            """
            ([[n.element_id for n in records[0][2].nodes], [r.element_id for r in records[0][2].relationships],
             records[0][1].element_id, records[0][1].start_node.element_id, list(records[0][0].labels),
             dict(records[0][1])]
            == \(Self.python(path)))
            """)
    }

    /// What Python has to see, in Python.
    private static func python(_ path: BoltPath) -> String {
        func quoted(_ ids: [String]) -> String {
            "[" + ids.map { "'\($0)'" }.joined(separator: ", ") + "]"
        }
        let along = [path.start.elementID] + path.steps.map(\.node.elementID)
        let relationships = path.steps.map(\.relationship)
        return """
            [\(quoted(along)), \(quoted(relationships.map(\.relationship.elementID))), '\(relationships[0].relationship.elementID)',
             '\(path.start.elementID)', ['Station'], {'m': 7}]
            """
    }

    @Test("two results that are open in one transaction do not wait for each other")
    func openResults() async throws {
        let node = try await Neo4jNode.shared()
        let driver = try node.driver { $0.fetchSize = 2 }
        let sums = try await driver.transaction(TransactionOptions(mode: .read)) { transaction throws(BoltError) in
            try await transaction.withResult(of: BoltQuery("UNWIND range(1, 9) AS n RETURN n")) {
                outer throws(BoltError) in
                var sums: [Int] = []
                for try await record in outer {
                    let n = record["n"]?.integer ?? 0
                    let inner = BoltQuery("UNWIND range(1, $n) AS m RETURN m", ["n": .integer(n)])
                    sums.append(
                        try await transaction.withResult(of: inner) { result throws(BoltError) in
                            var sum = 0
                            for try await record in result { sum += record["m"]?.integer ?? 0 }
                            return sum
                        })
                }
                return sums
            }
        }
        #expect(sums == [1, 3, 6, 10, 15, 21, 28, 36, 45])
        await driver.close()
    }

    @Test("in a pipeline whose second query fails, the server does each of the others once")
    func pipeline() async throws {
        let node = try await Neo4jNode.shared()
        try await node.rows("MATCH (n:Piped) DETACH DELETE n")
        let driver = try node.driver()
        let outcomes = try await driver.pipeline(
            (0..<4).map { BoltQuery($0 == 1 ? "RETURN 1 / 0" : "CREATE (:Piped {n: $n})", ["n": .integer($0)]) })
        #expect(outcomes.map { if case .failure = $0 { false } else { true } } == [true, false, true, true])
        #expect(try await node.rows("MATCH (n:Piped) RETURN n.n ORDER BY n.n") == [[0], [2], [3]])
        await driver.close()
    }
}
