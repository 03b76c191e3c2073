import BoltClient
import BoltWire

/// Counts the sessions of all products anew, in steps: what writing and erasing keep up is right from then on, whatever
/// was in the graph before, and whoever else has changed it.
struct ProductCounting: Sendable {
    let reading: GraphReading
    /// How many products one transaction counts.
    var step = 500

    /// A product is locked before it is counted, so that a writer is either counted or waits.
    static let counting = """
        MATCH (p:Product) WHERE p.product_id > $after
        WITH p ORDER BY p.product_id LIMIT $step
        SET p.product_id = p.product_id
        WITH p
        CALL (p) {
          OPTIONAL MATCH ()-[r:INTERACTED]->()
          USING INDEX r:INTERACTED(product_id, event_at)
          WHERE r.product_id = p.product_id AND r.event_at >= \(CoViewPatterns.least)
            AND r.event_type IN \(CoViewPatterns.touches)
          RETURN count(DISTINCT r.session_id) AS sessions
        }
        \(CoViewPatterns.placing), p.sessions = sessions
        RETURN max(p.product_id)
        """

    /// - Parameter report: Is told after each step.
    func run(_ report: () -> Void) async throws(BoltError) {
        var after = Int.min
        while true {
            let rows = try await reading.driver.execute(
                BoltQuery(Self.counting, ["after": .integer(after), "step": .integer(step)]),
                TransactionOptions(database: reading.database), isIdempotent: true
            ).rows
            guard let last = rows.first?.first?.integer else { return }
            after = last
            report()
        }
    }
}
