import BoltClient
import BoltWire
package import Events
package import Stores

/// Takes interactions from before a time out of the graph, in steps, product by product: these have an index by time.
///
/// Nodes stay: a user may have a tombstone, and a shop's own code may have hung other things onto both.
struct GraphPruning: Sendable {
    /// How many products are looked at together.
    private static let productsAtOnce = 500

    let reading: GraphReading
    let time: Timestamp
    /// The most interactions that one transaction deletes.
    var most = 10_000

    private static let products = """
        MATCH (p:Product) WHERE p.product_id > $last
        RETURN p.product_id AS id ORDER BY id LIMIT \(productsAtOnce)
        """

    /// The time stands in the text, as ``CoViewPatterns`` says.
    private var interactions: String {
        """
        UNWIND $products AS product
        MATCH (:User)-[r:INTERACTED]->(p:Product)
        USING INDEX r:INTERACTED(product_id, event_at)
        WHERE r.product_id = product AND r.event_at < \(time.microseconds)
        WITH r, p LIMIT $step
        \(GraphErasing.removal)
        """
    }

    /// What was removed before an error stays so, and a repetition goes on from there.
    ///
    /// - Parameter progress: Is told how many were removed so far.
    /// - Returns: How many interactions were removed.
    func run(_ progress: @Sendable (Int) -> Void) async throws(BoltError) -> Int {
        var size = StepSize(most: most)
        var count = 0
        var last = 0
        while true {
            let rows = try await reading.read(Self.products, ["last": .integer(last)], atMost: Self.productsAtOnce)
            let products = rows.compactMap { $0.first?.integer }
            guard let end = products.last else { return count }
            last = end
            while true {
                let start = ContinuousClock.now
                let step = size.value
                let deleted = try await delete(step, of: products)
                count += deleted
                if deleted > 0 { progress(count) }
                if deleted < step { break }
                size.adapt(to: start.duration(to: .now))
            }
        }
    }

    private func delete(_ step: Int, of products: [Int]) async throws(BoltError) -> Int {
        let parameters: BoltMap = ["products": .list(products.map { .integer($0) }), "step": .integer(step)]
        let counters = try await reading.driver.execute(
            BoltQuery(interactions, parameters), TransactionOptions(database: reading.database), isIdempotent: true
        ).summary.counters
        return counters?.relationshipsDeleted ?? 0
    }
}

extension Neo4jGraphStore {
    /// In steps, of which those that were done before an error stay done. Interactions that others have written without
    /// `event_at` stay: ``adopt(_:)`` gives it to them. See ``GraphStore``.
    package func prune(
        before time: Timestamp, _ progress: @Sendable (Int) -> Void
    ) async throws(StoreError) -> Int {
        // Steps need the indexes.
        _ = try await schema.prepare()
        return try await mappingErrors { () throws(BoltError) in
            try await GraphPruning(reading: reading, time: time).run(progress)
        }
    }

    /// Reads the whole graph. See ``GraphStore``.
    package func interactions(before time: Timestamp) async throws(StoreError) -> Int {
        try await mappingErrors { () throws(BoltError) in
            let rows = try await reading.read(
                """
                MATCH (:User)-[r:INTERACTED]->(:Product) WHERE r.event_at < $time AND r.product_id IS NOT NULL
                RETURN count(r)
                """, ["time": .integer(Int(time.microseconds))], atMost: 1)
            return rows.first?.first?.integer ?? 0
        }
    }
}
