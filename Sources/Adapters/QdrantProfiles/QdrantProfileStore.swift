import EventLoops
package import Events
import QdrantClient
package import Stores

/// Interaction vectors and user profiles on a Qdrant server, in collections that the shop's recommender reads as well.
///
/// Nothing is connected before the first call, and a server that is away makes calls fail and nothing else. Safe to use
/// from any task.
package struct QdrantProfileStore: ProfileStore {
    let server: QdrantServer
    let schema: QdrantSchema
    let vectors: ProductVectors
    private let formula: ProfileFormula
    private let gate = WriteGate()
    let recent = RecentUsers()
    private let insertions = Turns()
    private let updates = Turns()

    /// A store of the vectors at `configuration`.
    ///
    /// - Parameter notify: Receives what the adapter notices by itself, from any thread.
    package init(
        _ configuration: QdrantProfilesConfiguration,
        notify: @escaping @Sendable (QdrantNotice) -> Void = { _ in }
    ) {
        server = QdrantServer(driver: QdrantDriver(configuration.qdrant))
        formula = configuration.formula
        schema = QdrantSchema(server, vectorSize: formula.dimension, notify: notify)
        vectors = ProductVectors(server)
    }

    /// While the interactions of one batch are inserted, the profiles of the one before are written. See ``ProfileStore``.
    package var pace: WritingPace { WritingPace(batch: 1_000, batchesAtOnce: 2) }

    /// First the interactions, each once, then the profiles of all users of the batch: a repetition after an error brings
    /// those up to date that the first attempt did not reach. See ``ProfileStore``.
    package func apply(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        guard !batch.isEmpty else { return AppliedBatch() }
        return try await write { () throws(StoreError) in
            let (state, tombstones) = try await schema.state(of: batch.users)
            return try await apply(batch, writing(state), tombstones)
        }
    }

    private func apply(
        _ batch: InteractionBatch, _ profiles: ProfileWriting, _ tombstones: [Int64: Timestamp]
    ) async throws(StoreError) -> AppliedBatch {
        let erasing = ProfileErasing(writing: profiles)
        var (batch, tombstones) = (batch, tombstones)
        var applied = AppliedBatch()
        // Those that an earlier attempt may have written, before it was interrupted.
        try await erasing.remove(batch.takeErased(tombstones, &applied))
        guard !batch.isEmpty else { return applied }
        let growth = ProfileGrowth(writing: profiles, recent: recent)
        let (inserted, known) = try await insert(batch, growth, tombstones)
        applied.add(inserted)
        let (written, before) = (batch, tombstones)
        try await updates.withTurn { () throws(StoreError) in
            let late = try await growth.write(known)
            let users = Set(written.users).subtracting(known.map(\.id)).union(late)
            try await profiles.update(users.sorted(), before)
        }
        while true {
            // An erasure that has come meanwhile may have looked before these events were there.
            let now = try await profiles.settings.read(batch.users, profiles.state.layout).tombstones
            let changed = batch.users.filter { now[$0] != nil && now[$0] != tombstones[$0] }
            if changed.isEmpty { return applied }
            tombstones.merge(now) { $1 }
            let others = Set(batch.users).subtracting(changed)
            recent.forget(batch.users)
            var late = AppliedBatch()
            try await erasing.remove(batch.takeErased(tombstones, &late))
            // What was known of the erased was gone, and may have made up in a count for what was not known of others.
            try await erasing.refresh(changed)
            try await profiles.update(others.sorted(), tombstones)
            let inserted = min(late.erased, applied.inserted)
            applied.inserted -= inserted
            applied.alreadyPresent -= min(late.erased - inserted, applied.alreadyPresent)
            applied.erased += late.erased
        }
    }

    /// Inserts the events, and finds out of which users everything is known. One batch after the other: what two insert of a
    /// user at the same time, each would have to read.
    private func insert(
        _ batch: InteractionBatch, _ growth: ProfileGrowth, _ tombstones: [Int64: Timestamp]
    ) async throws(StoreError) -> (AppliedBatch, [ProfileGrowth.User]) {
        let writing = InteractionWriting(reading: growth.writing.reading, vectors: vectors, state: growth.writing.state)
        // Of several servers, the one that counts may be behind.
        guard !growth.writing.state.layout.isCluster else { return (try await writing.apply(batch).applied, []) }
        return try await insertions.withTurn { () throws(StoreError) in
            let known = recent.beginInserting(batch.users)
            var grown: [ProfileGrowth.User] = []
            defer {
                recent.endInserting(Dictionary(uniqueKeysWithValues: grown.map { ($0.id, $0.interactions) }))
            }
            var result = try await writing.apply(batch)
            for user in tombstones.keys { result.inserted[user] = nil }
            grown = try await growth.users(known, result.inserted)
            return (result.applied, grown)
        }
    }

    /// See ``ProfileStore``.
    package func profile(of userID: Int64) async throws(StoreError) -> Profile? {
        guard userID > 0 else { return nil }
        return try await server.sendIfThere(
            .points([.profile(of: userID)], in: QdrantLayout.profiles, with: .all))?.first.flatMap { Profile($0) }
    }

    /// As the server's index finds them, which may leave out some in large collections. See ``ProfileStore``.
    package func nearest(
        to vector: [Float], in collection: VectorCollection, limit: Int
    ) async throws(StoreError) -> [VectorMatch] {
        guard vector.count == (try await schema.current().dimension) else { return [] }
        return try await NearestReading(server: server).nearest(to: vector, in: collection, limit: limit)
    }

    /// See ``ProfileStore``.
    package func nearestProducts(
        to vector: [Float], excluding: Set<Int64>, limit: Int
    ) async throws(StoreError) -> [ProductMatch] {
        let products = ProductReading(
            reading: InteractionReading(server: server), layout: try await schema.current())
        return try await products.nearest(to: vector, excluding: excluding, limit: limit)
    }

    /// Of the newest 16,384 purchases. See ``ProfileStore``.
    package func boughtProducts(of userID: Int64, limit: Int) async throws(StoreError) -> [Int64] {
        let products = ProductReading(
            reading: InteractionReading(server: server), layout: QdrantLayout(dimension: formula.dimension))
        return try await products.bought(by: userID, limit: limit)
    }

    /// Into the collection `products`; payloads that the shop has given them stay. See ``ProfileStore``.
    package func putCatalogue(_ vectors: [Int64: [Float]]) async throws(StoreError) {
        let checked = try CatalogueVectors(vectors)
        guard checked.dimension > 0 else { return }
        try await write { () throws(StoreError) in
            try await CatalogueWriting(server: server).put(checked)
            // The catalogue, which may be new, decides how large vectors are.
            await schema.forget()
            try await Settings(server: server).raiseCatalogueEpoch(try await schema.state().layout)
            await schema.forget()
        }
    }

    /// All users' profiles go into a new collection beside the live one, which it replaces in one step. See
    /// ``ProfileStore``.
    package func rebuild(
        userID: Int64?, _ report: @escaping @Sendable (_ computed: Int) -> Void
    ) async throws(StoreError) -> Int {
        try await write { () throws(StoreError) in
            let rebuild = ProfileRebuild(writing: writing(try await schema.state()))
            guard let userID else { return try await rebuild.rebuildAll(report) }
            return try await rebuild.rebuild(userID) ? 1 : 0
        }
    }

    /// See ``ProfileStore``.
    package func statistics() async throws(StoreError) -> ProfileStatistics {
        ProfileStatistics(
            profiles: try await server.sendIfThere(.count(in: QdrantLayout.profiles)) ?? 0,
            vectors: try await server.sendIfThere(.count(in: QdrantLayout.interactions)) ?? 0)
    }

    /// See ``ProfileStore``.
    package func occurrences(of ids: [EventID]) async throws(StoreError) -> [EventID: Int] {
        // The id of the point is that of the event: there is no twice.
        let found = try await InteractionReading(server: server).records(ids, with: .id).compactMap { EventID($0.id) }
        return Dictionary(found.map { ($0, 1) }, uniquingKeysWith: { first, _ in first })
    }

    /// See ``ProfileStore``.
    package func stored(_ ids: [EventID]) async throws(StoreError) -> [EventID: StoredEvent] {
        try await InteractionReading(server: server).stored(ids)
    }

    /// In steps, of which those that were done before an error stay done. See ``ProfileStore``.
    package func erase(userID: Int64, receivedUntil time: Timestamp) async throws(StoreError) -> Int {
        try await write { () throws(StoreError) in
            try await ProfileErasing(writing: writing(try await schema.state()))
                .erase(userID, receivedUntil: time)
        }
    }

    /// See ``ProfileStore``.
    package func erasures(of users: [Int64]) async throws(StoreError) -> [Int64: Timestamp] {
        try await Settings(server: server).read(users, try await schema.current()).tombstones
    }

    /// Has the server update a point that is never there: only that tells of keys that may not write, and of full disks.
    /// See ``ProfileStore``.
    package func checkWriting() async throws(StoreError) {
        let layout = try await schema.current()
        let nothing: QdrantPoints
        do throws(QdrantError) {
            nothing = try QdrantPoints([
                QdrantPoint(EventID.null.point, vector: [Float](repeating: 0, count: layout.dimension))
            ])
        } catch {
            throw StoreError(error)
        }
        _ = try await server.sendIfThere(
            .update(.upsert(nothing, mode: .updateOnly), in: QdrantLayout.interactions))
    }

    /// See ``ProfileStore``.
    package func server() async throws(StoreError) -> StoreServer? {
        let version = try await server.send(.version)
        var missing: [String] = []
        for name in [QdrantLayout.interactions, QdrantLayout.profiles] {
            if try await server.sendIfThere(.collection(name)) == nil { missing.append("the collection \(name)") }
        }
        return StoreServer(name: "Qdrant/\(version)", missing: missing)
    }

    /// See ``ProfileStore``.
    package func close() async {
        await gate.close()
        await server.driver.close()
    }

    private func writing(_ state: CatalogueState) -> ProfileWriting {
        ProfileWriting(
            reading: InteractionReading(server: server, options: state.layout.reads), vectors: vectors,
            formula: formula, schema: schema, state: state, recent: state.layout.isCluster ? nil : recent)
    }

    /// Runs a write, for which closing waits.
    func write<Result>(
        _ body: () async throws(StoreError) -> Result
    ) async throws(StoreError) -> Result {
        try await gate.enter()
        do throws(StoreError) {
            let result = try await body()
            await gate.leave()
            return result
        } catch {
            if error.code == .unavailable {
                await schema.forget()
                recent.forgetAll()
            }
            await gate.leave()
            throw error
        }
    }
}

extension InteractionBatch {
    /// Takes out the events of erased users, and counts them.
    ///
    /// - Returns: The events that were taken out.
    fileprivate mutating func takeErased(
        _ tombstones: [Int64: Timestamp], _ applied: inout AppliedBatch
    ) -> [Event] {
        let before = events + rivals
        let count = removeErased(tombstones)
        guard count > 0 else { return [] }
        applied.erased += count
        return before.filter { event in tombstones[event.userID].map { event.receipt <= $0 } ?? false }
    }
}
