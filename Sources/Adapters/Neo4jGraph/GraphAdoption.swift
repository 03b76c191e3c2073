import BoltClient
import BoltWire
import Events
package import Stores

/// How far interactions that others have written are adopted.
package struct AdoptionProgress: Sendable, Hashable {
    /// Interactions that have been given `event_at` and `product_id`.
    package var adopted = 0
    /// Interactions that stay as they are, since their time cannot be read.
    package var unreadable = 0
}

/// Gives the interactions that a shop's own code has written the properties that this pipeline orders and recommends by:
/// `event_at` and `product_id`; then counts the sessions of all products. All that interactions have stays as it is.
struct GraphAdoption: Sendable {
    let reading: GraphReading
    /// How many interactions one transaction adopts.
    var step = 10_000

    private static let missing = """
        MATCH (:User)-[r:INTERACTED]->(p:Product)
        WHERE r.event_id IS NULL AND (r.event_at IS NULL OR r.product_id IS NULL)
        RETURN r, p.product_id
        """
    private static let adopting = """
        UNWIND $rows AS e
        MATCH ()-[r:INTERACTED]->()
        WHERE elementId(r) = e[0]
        SET r.event_at = e[1], r.product_id = e[2]
        """

    /// What is adopted stays so after an error, and a repetition goes on from there.
    ///
    /// - Parameter report: Is told after each step.
    func run(_ report: @escaping @Sendable (AdoptionProgress) -> Void) async throws(BoltError) -> AdoptionProgress {
        // The server reads the graph while what it gave is written: it sends no more than is asked for.
        try await reading.driver.withResult(
            of: BoltQuery(Self.missing), TransactionOptions(mode: .read, database: reading.database)
        ) { result throws(BoltError) in
            var progress = AdoptionProgress()
            var rows: [BoltValue] = []
            for try await record in result {
                guard let row = Self.row(of: record.values) else {
                    progress.unreadable += 1
                    continue
                }
                rows.append(row)
                guard rows.count == step else { continue }
                try await write(&rows, &progress)
                report(progress)
            }
            if !rows.isEmpty { try await write(&rows, &progress) }
            try await ProductCounting(reading: reading).run { report(progress) }
            report(progress)
            return progress
        }
    }

    private static func row(of values: [BoltValue]) -> BoltValue? {
        guard values.count == 2, case .relationship(let bound) = values[0], let product = values[1].integer,
            let time = Timestamp(old: bound.relationship.properties)
        else { return nil }
        return [.string(bound.relationship.elementID), .integer(Int(time.microseconds)), .integer(product)]
    }

    private func write(_ rows: inout [BoltValue], _ progress: inout AdoptionProgress) async throws(BoltError) {
        try await reading.driver.execute(
            BoltQuery(Self.adopting, ["rows": .list(rows)]), TransactionOptions(database: reading.database),
            isIdempotent: true)
        progress.adopted += rows.count
        rows = []
    }
}

extension Neo4jGraphStore {
    /// Gives interactions that others have written `event_at` and `product_id`, in steps, and counts the sessions of all
    /// products anew; repeatable. The history is the same before and after, and faster to read; what others wrote is not
    /// changed.
    ///
    /// - Parameter report: Is told after each step, from any thread.
    package func adopt(
        _ report: @escaping @Sendable (AdoptionProgress) -> Void
    ) async throws(StoreError) -> AdoptionProgress {
        // Counting needs the indexes.
        _ = try await schema.prepare()
        return try await mappingErrors { () throws(BoltError) in try await GraphAdoption(reading: reading).run(report) }
    }
}
