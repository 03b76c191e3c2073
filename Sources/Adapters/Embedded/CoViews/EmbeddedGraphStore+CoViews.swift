package import Stores

/// Each answer is of one moment. While the interactions of an older data folder are still being taken in, co-views and
/// counts are those of the interactions that were reached so far, in the order of the users' ids; contexts always hold
/// everything.
extension EmbeddedGraphStore {
    /// Reads the user's history. See ``CoViewStore``.
    package func context(of userID: Int64, limit: Int) async throws(StoreError) -> UserContext {
        try await database.read { try CoViewReading(connection: $0).context(of: userID, limit: limit) }
    }

    /// Reads a short range of one table for each product. See ``CoViewStore``.
    package func coViews(_ query: CoViewQuery) async throws(StoreError) -> CoViews {
        try await database.read { try CoViewReading(connection: $0).coViews(query) }
    }

    /// See ``CoViewStore``.
    package func sessions(of products: [Int64]) async throws(StoreError) -> [Int64: Int] {
        try await database.read { try CoViewReading(connection: $0).sessions(of: products) }
    }

    /// See ``CoViewStore``.
    package func mostVisited(
        excluding: Set<Int64>, limit: Int
    ) async throws(StoreError) -> [ProductVisits] {
        try await database.read { try CoViewReading(connection: $0).mostVisited(excluding: excluding, limit: limit) }
    }

    /// See ``CoViewStore``.
    package func products(touchedIn sessions: Set<String>) async throws(StoreError) -> Set<Int64> {
        try await database.read { try CoViewReading(connection: $0).products(touchedIn: sessions) }
    }

    /// See ``CoViewStore``.
    package func places(of products: Set<Int64>) async throws(StoreError) -> [Int64: ProductPlace] {
        try await database.read { try CoViewReading(connection: $0).places(of: products) }
    }

    /// Answers all questions at one moment, and computes in between where it reads. See ``CoViewStore``.
    package func pursue<Inquiry: CoViewInquiry>(_ inquiry: Inquiry) async throws(StoreError) -> Inquiry {
        try await database.read { connection in
            let reading = CoViewReading(connection: connection)
            var inquiry = inquiry
            while let question = inquiry.next() { inquiry.take(try reading.answer(question)) }
            return inquiry
        }
    }
}
