import BoltClient
import BoltWire
package import Events
package import Stores

/// The graph on a server that speaks Bolt, such as Neo4j: `(:User)-[:INTERACTED]->(:Product)` as shops already have it.
///
/// Nothing is connected before the first call, and a server that is away makes calls fail and nothing else. Safe to use
/// from any task.
package struct Neo4jGraphStore: GraphStore {
    let reading: GraphReading
    let schema: GraphSchema
    private let lanes: [WriteLane]

    /// A store of the graph at `configuration`.
    ///
    /// - Parameters:
    ///   - shape: How events are kept once; nil: by what the server can do.
    ///   - notify: Receives what the adapter notices by itself, from any thread.
    package init(
        _ configuration: Neo4jConfiguration, shape: GraphShape? = nil,
        notify: @escaping @Sendable (Neo4jNotice) -> Void = { _ in }
    ) {
        let driver = BoltDriver(configuration.bolt)
        reading = GraphReading(driver: driver, database: configuration.database)
        schema = GraphSchema(driver, database: configuration.database, shape: shape, notify: notify)
        lanes = (0..<max(1, configuration.writers)).map { _ in WriteLane() }
    }

    /// About 500 events a lane: the server spends less on each than in smaller transactions, and larger ones gain little
    /// and hold their locks for longer. While one batch is in the server's hands, the next waits for its turn, so that a
    /// lane that is done has work at once. See ``GraphStore``.
    package var pace: WritingPace { WritingPace(batch: 500 * lanes.count, batchesAtOnce: 2) }

    /// Writes each user's events in one transaction; those of different users may be in several, which commit or fail
    /// on their own. See ``GraphStore``.
    package func apply(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        guard !batch.isEmpty else { return AppliedBatch(inserted: 0, alreadyPresent: 0) }
        let writing = GraphWriting(reading: reading, form: try await schema.prepare())
        var applied = AppliedBatch()
        let parts: [AppliedBatch]
        do throws(StoreError) {
            parts = try await write(deal(batch.events), by: writing)
        } catch {
            if error.code == .unavailable { await schema.forget() }
            throw error
        }
        for part in parts { applied.add(part) }
        if batch.rivals.isEmpty { return applied }
        let stored = try await stored(batch.rivals.map(\.id))
        for event in batch.rivals where stored[event.id] != nil { applied.add(event, found: stored[event.id]) }
        // Where the event that came first was left out, nothing is in the way of its rivals.
        applied.add(try await apply(InteractionBatch(batch.rivals.filter { stored[$0.id] == nil })))
        return applied
    }

    /// The events of each lane: no user is in two of them.
    private func deal(_ events: [Event]) -> [[Event]] {
        var dealt = [[Event]](repeating: [], count: lanes.count)
        for event in events {
            // Neighbouring numbers are often one shop's day: they should not meet in one lane.
            let hash = UInt64(bitPattern: event.userID) &* 0x9e37_79b9_7f4a_7c15
            dealt[Int((hash >> 32) % UInt64(lanes.count))].append(event)
        }
        return dealt
    }

    private func write(_ dealt: [[Event]], by writing: GraphWriting) async throws(StoreError) -> [AppliedBatch] {
        let results = await withTaskGroup(of: Result<AppliedBatch, StoreError>.self) { group in
            for (lane, events) in zip(lanes, dealt) where !events.isEmpty {
                group.addTask {
                    do throws(StoreError) {
                        return .success(try await lane.apply(events, by: writing))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var results: [Result<AppliedBatch, StoreError>] = []
            for await result in group { results.append(result) }
            return results
        }
        return try results.map { (result) throws(StoreError) in try result.get() }
    }

    /// See ``GraphStore``.
    package func history(_ query: HistoryQuery) async throws(StoreError) -> HistoryPage {
        try await mappingErrors { () throws(BoltError) in try await HistoryReading(reading: reading).page(query) }
    }

    /// Counts by reading the whole graph. See ``GraphStore``.
    package func statistics() async throws(StoreError) -> GraphStatistics {
        try await mappingErrors { () throws(BoltError) in try await reading.statistics() }
    }

    /// See ``GraphStore``.
    package func occurrences(of ids: [EventID]) async throws(StoreError) -> [EventID: Int] {
        try await mappingErrors { () throws(BoltError) in
            try await reading.occurrences(of: ids, in: try await schema.current())
        }
    }

    /// See ``GraphStore``.
    package func stored(_ ids: [EventID]) async throws(StoreError) -> [EventID: StoredEvent] {
        try await mappingErrors { () throws(BoltError) in
            try await reading.stored(ids, in: try await schema.current())
        }
    }

    /// In steps, of which those that were done before an error stay done. See ``GraphStore``.
    package func erase(userID: Int64, receivedUntil time: Timestamp) async throws(StoreError) -> Int {
        // The tombstone is a node of its user, of which there must be one.
        _ = try await schema.prepare()
        return try await mappingErrors { () throws(BoltError) in
            try await GraphErasing(reading: reading).erase(user: userID, receivedUntil: time)
        }
    }

    /// See ``GraphStore``.
    package func erasures(of users: [Int64]) async throws(StoreError) -> [Int64: Timestamp] {
        try await mappingErrors { () throws(BoltError) in
            try await GraphErasing(reading: reading).tombstones(of: users)
        }
    }

    /// See ``GraphStore``.
    package func server() async throws(StoreError) -> StoreServer? {
        try await mappingErrors { () throws(BoltError) in
            let options = TransactionOptions(mode: .read, database: reading.database)
            let name = try await reading.driver.greeting(options).agent
            let now = try await reading.read("RETURN timestamp()", atMost: 1).first?.first?.integer
            return StoreServer(
                name: name, clock: now.map { Timestamp(microseconds: Int64($0) * 1_000) },
                missing: try await schema.missing())
        }
    }

    func mappingErrors<Success>(
        _ body: () async throws(BoltError) -> Success
    ) async throws(StoreError) -> Success {
        do throws(BoltError) { return try await body() } catch { throw StoreError(error) }
    }

    /// Closes the connections once the writes that have begun are done. See ``GraphStore``.
    package func close() async {
        for lane in lanes { await lane.close() }
        await reading.driver.close()
    }
}
