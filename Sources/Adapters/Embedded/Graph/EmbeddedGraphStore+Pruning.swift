package import Events
import SQLite
package import Stores

extension EmbeddedGraphStore {
    /// Some users a transaction; then looks at the whole graph once for products that nobody has touched since, and has the
    /// co-views computed anew, beside other work, by this process as long as it is open and by the next one. See
    /// ``GraphStore``.
    package func prune(
        before time: Timestamp, _ progress: @Sendable (Int) -> Void
    ) async throws(StoreError) -> Int {
        var count = 0
        var last = Int64.min
        while true {
            let after = last
            let step = try await database.write { try GraphPruning(connection: $0, time: time).step(after: after) }
            count += step.removed
            if step.removed > 0 { progress(count) }
            guard let end = step.lastUser else { break }
            last = end
        }
        try await database.write { try GraphPruning(connection: $0, time: time).finish() }
        await CoViewBackfill.run(in: database) { _ in }
        return count
    }

    /// Looks at the whole graph. See ``GraphStore``.
    package func interactions(before time: Timestamp) async throws(StoreError) -> Int {
        try await database.read { connection in
            try connection.first("SELECT count(*) FROM interactions WHERE time < ?", time.microseconds) { $0.int(0) }
                ?? 0
        }
    }
}
