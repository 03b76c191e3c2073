import BoltClient
package import Stores

/// Interactions of others take part once `graph adopt` has given them `event_at` and `product_id`.
extension Neo4jGraphStore {
    /// See ``CoViewStore``.
    package func context(of userID: Int64, limit: Int) async throws(StoreError) -> UserContext {
        try await mappingErrors { () throws(BoltError) in
            try await ContextReading(reading: reading).context(of: userID, limit: limit)
        }
    }

    /// See ``CoViewStore``.
    package func coViews(_ query: CoViewQuery) async throws(StoreError) -> CoViews {
        try await mappingErrors { () throws(BoltError) in try await CoViewReading(reading: reading).coViews(query) }
    }

    /// See ``CoViewStore``.
    package func sessions(of products: [Int64]) async throws(StoreError) -> [Int64: Int] {
        try await mappingErrors { () throws(BoltError) in
            try await CoViewReading(reading: reading).sessionCounts(of: products)
        }
    }

    /// See ``CoViewStore``.
    package func mostVisited(
        excluding: Set<Int64>, limit: Int
    ) async throws(StoreError) -> [ProductVisits] {
        try await mappingErrors { () throws(BoltError) in
            try await CoViewReading(reading: reading).mostVisited(excluding: excluding, limit: limit)
        }
    }

    /// See ``CoViewStore``.
    package func products(touchedIn sessions: Set<String>) async throws(StoreError) -> Set<Int64> {
        try await mappingErrors { () throws(BoltError) in
            try await CoViewReading(reading: reading).products(touchedIn: sessions)
        }
    }

    /// See ``CoViewStore``.
    package func places(of products: Set<Int64>) async throws(StoreError) -> [Int64: ProductPlace] {
        try await mappingErrors { () throws(BoltError) in
            try await CoViewReading(reading: reading).places(of: products)
        }
    }
}
