import Events
import JSON
import QdrantClient
import Stores

/// Writes interactions, each once.
struct InteractionWriting: Sendable {
    /// The bounds of a request: a server flushes its log for each, and larger ones keep its other writers waiting.
    private static let pointsAtOnce = 1_000
    private static let bytesAtOnce = 1_000_000
    private static let writeIDKey = "write_id"

    let reading: InteractionReading
    let vectors: ProductVectors
    let state: CatalogueState

    /// What has become of a batch.
    struct Result {
        var applied: AppliedBatch
        /// By user, what this call has inserted, and nothing that was stored before; without those users of whom a part of
        /// the batch was there.
        var inserted: [Int64: [ProfileFormula.Interaction]]
    }

    func apply(_ batch: InteractionBatch) async throws(StoreError) -> Result {
        for event in batch.events where !Timestamp.parsable.contains(event.time) {
            throw StoreError(.rejected, "Qdrant has no time like \(event.time)", eventID: event.id)
        }
        // Tells apart what this call has inserted, however often a request was repeated on the way, and what was there.
        let writeID = Int64.random(in: 0..<1 << 53)
        var others = try await concurrently(batch.events.pieces(of: Self.pointsAtOnce)) { events throws(StoreError) in
            try await insert(events, writeID)
        }.flatMap { $0 }
        var applied = AppliedBatch(inserted: batch.events.count - others.count)
        var inserted: [Int64: [ProfileFormula.Interaction]] = [:]
        for event in batch.events { inserted[event.userID, default: []].append(.init(of: event)) }
        guard !others.isEmpty || !batch.rivals.isEmpty else { return Result(applied: applied, inserted: inserted) }
        for event in others + batch.rivals { inserted[event.userID] = nil }
        var stored = try await reading.stored((others + batch.rivals).map(\.id))
        // A node that restarts during deletions may leave points without payload, which say nothing of the event.
        let damaged = others.filter { stored[$0.id] == nil }
        if !damaged.isEmpty {
            others.removeAll { stored[$0.id] == nil }
            let taken = try await insert(damaged, writeID, .upsert)
            applied.inserted += damaged.count - taken.count
            others += taken
            stored.merge(try await reading.stored(taken.map(\.id))) { $1 }
        }
        for event in others + batch.rivals { applied.add(event, found: stored[event.id]) }
        return Result(applied: applied, inserted: inserted)
    }

    /// - Returns: The events that somebody else has written.
    private func insert(
        _ events: [Event], _ writeID: Int64, _ mode: QdrantOperation.UpsertMode = .insertOnly
    ) async throws(StoreError) -> [Event] {
        let products = try await vectors.vectors(of: Set(events.map { ProductFeatures(of: $0) }), state)
        var points = QdrantPoints(
            reserving: min(events.count * (state.layout.dimension * 12 + 512), Self.bytesAtOnce + 65_536))
        for event in events {
            guard let product = products[ProductFeatures(of: event)] else { continue }
            do throws(QdrantError) {
                try points.append(event.id.point, vector: product.vector.span) { json in
                    event.writePayload(&json, isStandIn: product.isStandIn, writeID: writeID)
                }
            } catch {
                throw StoreError(error)
            }
            guard points.byteCount > Self.bytesAtOnce else { continue }
            try await send(points, mode)
            points = QdrantPoints()
        }
        try await send(points, mode)
        let own = try await reading.records(
            events.map(\.id), with: QdrantFields(payload: .keys([Self.writeIDKey]))
        ).filter { $0.payload?.wholeNumber(Self.writeIDKey) == writeID }.map(\.id)
        guard own.count < events.count else { return [] }
        let ids = Set(own)
        return events.filter { !ids.contains($0.id.point) }
    }

    private func send(_ points: QdrantPoints, _ mode: QdrantOperation.UpsertMode) async throws(StoreError) {
        guard points.count > 0 else { return }
        _ = try await reading.server.send(.update(.upsert(points, mode: mode), in: QdrantLayout.interactions))
    }
}
