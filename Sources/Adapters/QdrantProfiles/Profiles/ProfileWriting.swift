import Events
import QdrantClient
import Stores

/// Brings profiles up to date with the stored interactions. Of several writers, those of other processes included, the one
/// that has seen the latest state leaves the profile, by ``ProfileOrder``.
struct ProfileWriting: Sendable {
    /// How often a user's profile is computed anew because of writers that meet.
    private static let rounds = 8
    private static let bytesAtOnce = 1_000_000

    let reading: InteractionReading
    let vectors: ProductVectors
    let formula: ProfileFormula
    let schema: QdrantSchema
    let state: CatalogueState
    /// Where what was read is kept, if anywhere.
    var recent: RecentUsers?
    /// Where profiles are written, and compared with what is there.
    var collection = QdrantLayout.profiles
    /// Whether a profile that is neither later nor earlier is written again.
    var writesEqual = false

    var settings: Settings { Settings(server: server) }
    private var server: QdrantServer { reading.server }

    /// - Parameter tombstones: Those of the users, as they were read before.
    /// - Returns: How many users have interactions, and so a profile.
    @discardableResult
    func update(_ users: [Int64], _ tombstones: [Int64: Timestamp]) async throws(StoreError) -> Int {
        try await concurrently(users.pieces(of: InteractionReading.usersAtOnce)) { users throws(StoreError) in
            try await updateSome(users, tombstones)
        }.reduce(0, +)
    }

    private func updateSome(_ users: [Int64], _ tombstones: [Int64: Timestamp]) async throws(StoreError) -> Int {
        var pending = users
        var state = state
        var tombstones = tombstones
        var written: [Int64: OrderedProfile] = [:]
        var count: Int?
        for round in 0..<Self.rounds {
            let stored = try await orders(of: pending)
            if stored.contains(where: { user, order in
                state.isBehind(order.epoch) || tombstones[user]?.microseconds ?? 0 < order.erasedUntil
            }) {
                // By a writer that knows of a later catalogue or erasure: what this one makes would never count.
                (state, tombstones) = try await schema.state(of: pending)
            }
            if round > 0 {
                // Read back: an update misses a profile that has gone meanwhile, an insertion one that has come.
                pending = pending.filter { user in
                    guard let stored = stored[user], let own = written[user]?.order else { return true }
                    if stored == own { keep(written[user]) }
                    let isOutdated = own.epoch < state.epoch || own.erasedUntil != tombstones[user]?.microseconds ?? 0
                    return stored < own || isOutdated && own < stored
                }
                if pending.isEmpty { return count ?? 0 }
            }
            let profiles = try await compute(pending, stored, state, tombstones)
            count = count ?? profiles.count
            let later = profiles.filter { profile in
                stored[profile.profile.userID].map { $0 < profile.order || writesEqual && $0 == profile.order } ?? true
            }
            if later.isEmpty { return count ?? 0 }
            try await write(later, stored)
            pending = later.map(\.profile.userID)
            written = Dictionary(later.map { ($0.profile.userID, $0) }, uniquingKeysWith: { $1 })
        }
        throw StoreError(.transient, "other writers of the same profiles were faster \(Self.rounds) times in a row")
    }

    /// The orders of the profiles that are there.
    func orders(of users: [Int64]) async throws(StoreError) -> [Int64: ProfileOrder] {
        let records = try await server.send(
            .points(
                users.map { .profile(of: $0) }, in: collection, with: ProfileOrder.keys, reading.options))
        return Dictionary(
            records.compactMap { record in record.id.user.map { ($0, ProfileOrder(record)) } },
            uniquingKeysWith: { $1 })
    }

    // MARK: Computing

    /// The profiles of those of the users who have interactions.
    private func compute(
        _ users: [Int64], _ stored: [Int64: ProfileOrder], _ state: CatalogueState, _ tombstones: [Int64: Timestamp]
    ) async throws(StoreError) -> [OrderedProfile] {
        // Counted before the newest are read, so that no count includes an interaction that was not seen: of two writers
        // the one with the greater count has seen the last. Of those with few interactions, reading counts.
        let many = users.filter { Int(clamping: stored[$0]?.interactions ?? 0) + 8 >= formula.window }
        var counts = try await self.counts(of: many, tombstones)
        var newest = try await newestByUser(users, tombstones)
        let uncounted = users.filter { newest[$0] != nil && newest[$0]?.counts == nil && counts[$0] == nil }
        if !uncounted.isEmpty {
            counts.merge(try await self.counts(of: uncounted, tombstones)) { $1 }
            newest.merge(try await newestByUser(uncounted, tombstones)) { $1 }
        }
        let wanted = Set(newest.values.lazy.flatMap { $0.interactions.lazy.map(\.features) })
        let products = try await vectors.vectors(of: wanted, state)
        return users.compactMap { user -> OrderedProfile? in
            guard let own = newest[user], !own.interactions.isEmpty else { return nil }
            let interactions = RecentUsers.Interactions(
                newest: own.interactions, counts: own.counts ?? counts[user] ?? [:])
            return profile(of: user, interactions, products, state, erasedUntil: tombstones[user])
        }
    }

    private func newestByUser(
        _ users: [Int64], _ tombstones: [Int64: Timestamp]
    ) async throws(StoreError) -> [Int64: InteractionReading.Newest] {
        Dictionary(
            zip(users, try await reading.newest(formula.window, of: users, tombstones)), uniquingKeysWith: { $1 })
    }

    private func counts(
        of users: [Int64], _ tombstones: [Int64: Timestamp]
    ) async throws(StoreError) -> [Int64: [EventType: Int]] {
        let reading = reading
        let counts = try await concurrently(users) { user throws(StoreError) in
            try await reading.counts(of: user, tombstones[user])
        }
        return Dictionary(zip(users, counts), uniquingKeysWith: { $1 })
    }

    func profile(
        of user: Int64, _ interactions: RecentUsers.Interactions, _ products: [ProductFeatures: ProductVector],
        _ state: CatalogueState, erasedUntil: Timestamp? = nil
    ) -> OrderedProfile {
        var formula = formula
        formula.dimension = state.layout.dimension
        var sum = ProfileSum(formula)
        var fromCatalogue = 0
        for interaction in interactions.newest {
            guard let product = products[interaction.features] else { continue }
            if !product.isStandIn { fromCatalogue += 1 }
            sum.add(
                interaction.type, at: interaction.time, productID: interaction.features.productID,
                vector: product.vector)
        }
        let profile = sum.profile(of: user, counts: interactions.counts)
        return OrderedProfile(
            profile: profile, interactions: interactions,
            order: ProfileOrder(
                erasedUntil: erasedUntil?.microseconds ?? 0, epoch: state.epoch,
                interactions: Int64(profile.interactions), newest: interactions.newest, fromCatalogue: fromCatalogue))
    }

    /// Of erased users nothing is kept: a count of them would have to leave out what was received before.
    private func keep(_ written: OrderedProfile?) {
        guard let written, written.order.erasedUntil == 0 else { return }
        recent?.keep(written.profile.userID, written.interactions, written.order)
    }

    // MARK: Writing

    private func write(
        _ profiles: [OrderedProfile], _ stored: [Int64: ProfileOrder]
    ) async throws(StoreError) {
        var operations: [QdrantOperation] = []
        var new = QdrantPoints()
        var bytes = 0
        for profile in profiles {
            do throws(QdrantError) {
                if stored[profile.profile.userID] == nil {
                    try profile.write(to: &new)
                } else {
                    var points = QdrantPoints()
                    try profile.write(to: &points)
                    bytes += points.byteCount
                    operations.append(
                        .upsert(
                            points, mode: .updateOnly, condition: profile.order.condition(orEqual: writesEqual)))
                }
            } catch {
                throw StoreError(error)
            }
            guard bytes + new.byteCount > Self.bytesAtOnce else { continue }
            try await send(operations, new)
            (operations, new, bytes) = ([], QdrantPoints(), 0)
        }
        try await send(operations, new)
    }

    private func send(_ updates: [QdrantOperation], _ new: QdrantPoints) async throws(StoreError) {
        let operations = updates + (new.count > 0 ? [.upsert(new, mode: .insertOnly)] : [])
        guard !operations.isEmpty else { return }
        _ = try await server.send(.updates(operations, in: collection, state.layout.orderedWrites))
    }
}
