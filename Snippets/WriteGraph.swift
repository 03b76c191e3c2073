//! Writes a thousand users and what they looked at to a graph, in one statement whose rows go to the wire without a value
//! for each, and reads a part of it back. Without a server it says so and ends.

import BoltClient
import BoltWire

struct Look {
    let user: Int
    let product: Int
}

/// Writes `looks` in one transaction, which may be repeated without harm.
func write(_ looks: [Look], with driver: BoltDriver) async throws(BoltError) -> Int {
    let query = BoltQuery(
        """
        UNWIND $rows AS e
        MERGE (u:ExampleUser {id: e[0]})
        MERGE (p:ExampleProduct {id: e[1]})
        MERGE (u)-[:LOOKED_AT]->(p)
        """
    ) { parameters in
        parameters.map(count: 1)
        parameters.string("rows")
        parameters.list(looks) { look, row in
            row.list(count: 2)
            row.integer(look.user)
            row.integer(look.product)
        }
    }
    let written = try await driver.execute(query, isIdempotent: true)
    return written.summary.counters?.relationshipsCreated ?? 0
}

/// How often each product was looked at, the most popular first; read in pages.
func popular(with driver: BoltDriver) async throws(BoltError) -> [(product: Int, looks: Int)] {
    let query = BoltQuery(
        "MATCH (:ExampleUser)-[:LOOKED_AT]->(p:ExampleProduct) RETURN p.id AS product, count(*) AS looks ORDER BY looks DESC"
    )
    return try await driver.withResult(of: query) { result throws(BoltError) in
        var products: [(product: Int, looks: Int)] = []
        for try await record in result {
            products.append((record["product"]?.integer ?? 0, record["looks"]?.integer ?? 0))
        }
        return products
    }
}

let arguments = CommandLine.arguments.dropFirst()
var configuration = try BoltURI.parse(arguments.first ?? "bolt://127.0.0.1:7687")
if arguments.count == 3 {
    configuration.authenticate(with: .basic(user: Array(arguments)[1], password: Array(arguments)[2]))
}
configuration.acquisitionTimeout = .seconds(2)
let driver = BoltDriver(configuration)
do throws(BoltError) {
    let looks = (0..<1_000).map { Look(user: $0, product: $0 % 7) }
    print("\(try await write(looks, with: driver)) relationships are new")
    for (product, looks) in try await popular(with: driver).prefix(3) { print("product \(product): \(looks)") }
    try await driver.execute("MATCH (n) WHERE n:ExampleUser OR n:ExampleProduct DETACH DELETE n")
} catch {
    print("no graph to write to: \(error)")
}
await driver.close()
