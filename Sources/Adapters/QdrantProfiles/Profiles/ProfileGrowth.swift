import Events
import QdrantClient
import Stores

/// Brings the profiles of those users up to date of whom everything is known without reading it: what this process knows of
/// a user (``RecentUsers``) and what a batch has inserted.
///
/// That this is everything, the server's count says. The known interactions are stored, and so are the inserted ones, of
/// which none is among the known, since it was not stored before: where the user has as many as both together, there are no
/// others. Who has inserted more makes the count greater, also the count of many users: none of them can have fewer. Interactions go away with an erasure alone, whose tombstone was
/// read before: users with one are left to ``ProfileWriting``, and where one comes meanwhile, all users of the batch are
/// computed anew after it.
/// So what is known counts as read when the count was made, and of several writers of a user the last to count still sees
/// the interactions of all.
struct ProfileGrowth: Sendable {
    private static let usersAtOnce = 50
    private static let bytesAtOnce = 1_000_000

    let writing: ProfileWriting
    let recent: RecentUsers

    private var server: QdrantServer { writing.reading.server }

    /// A user of whom everything is known.
    struct User: Sendable {
        let id: Int64
        let interactions: RecentUsers.Interactions
    }

    // MARK: Counting

    /// Those of the users of whom everything is known, with what was inserted.
    ///
    /// - Parameters:
    ///   - known: What is known of them, from before the insertion.
    ///   - inserted: By user, what was inserted, and nothing that was stored before.
    func users(
        _ known: [Int64: RecentUsers.Interactions], _ inserted: [Int64: [ProfileFormula.Interaction]]
    ) async throws(StoreError) -> [User] {
        let grown = inserted.map { user, new in
            let known = known[user] ?? RecentUsers.Interactions(newest: [], counts: [:])
            return User(id: user, interactions: known.adding(new, window: writing.formula.window))
        }
        // Of users who are met for the first time, most have a past; of the others, as a rule none has met another writer.
        let met = grown.filter { known[$0.id] != nil }
        var uncertain = grown.filter { known[$0.id] == nil }
        let expected = met.map(\.interactions.total).reduce(0, +)
        if !met.isEmpty, try await writing.reading.total(of: met.map(\.id)) != expected { uncertain = grown }
        guard !uncertain.isEmpty else { return grown }
        let totals = try await writing.reading.totals(of: uncertain.map(\.id))
        let unknown = Set(uncertain.lazy.filter { totals[$0.id] != $0.interactions.total }.map(\.id))
        return grown.filter { !unknown.contains($0.id) }
    }

    // MARK: Writing

    /// Writes the profiles of the users.
    ///
    /// - Returns: Those of whom another profile is stored than was known.
    func write(_ users: [User]) async throws(StoreError) -> [Int64] {
        var part = Part(known: recent.orders(of: users.map(\.id)))
        var late: [Int64] = []
        for some in users.pieces(of: Self.usersAtOnce) {
            let features = Set(some.lazy.flatMap { $0.interactions.newest.lazy.map(\.features) })
            let products = try await writing.vectors.vectors(of: features, writing.state)
            for user in some {
                let profile = writing.profile(of: user.id, user.interactions, products, writing.state)
                do throws(QdrantError) {
                    if try !part.add(profile) { late.append(user.id) }
                } catch {
                    throw StoreError(error)
                }
                guard part.byteCount > Self.bytesAtOnce else { continue }
                late += try await send(part)
                part.empty()
            }
        }
        return late + (try await send(part))
    }

    /// Profiles on their way.
    private struct Part {
        /// The orders of the stored profiles, as far as they are known.
        let known: [Int64: ProfileOrder]
        private(set) var new = QdrantPoints()
        private(set) var changed = QdrantPoints()
        private(set) var replaced: [ProfileOrder] = []
        private(set) var orders: [Int64: ProfileOrder] = [:]

        init(known: [Int64: ProfileOrder]) { self.known = known }

        var byteCount: Int { new.byteCount + changed.byteCount }

        /// - Returns: Whether the profile is later than the one that is stored, and so can be added.
        mutating func add(_ profile: OrderedProfile) throws(QdrantError) -> Bool {
            if let order = known[profile.profile.userID] {
                guard order < profile.order else { return false }
                try profile.write(to: &changed)
                replaced.append(order)
            } else {
                try profile.write(to: &new)
            }
            orders[profile.profile.userID] = profile.order
            return true
        }

        mutating func empty() { self = Part(known: known) }
    }

    /// All profiles have one condition, as a condition of its own for each costs the server, and this process, more than all
    /// else: that the stored profile is one of those that are known. A digest is of the whole order and of ids that no other
    /// user has, so that it is that of the point itself: another's, or that of another state, would have to share 44
    /// bits of a hash by chance. And each of the profiles is later than the one that it replaces.
    private func send(_ part: Part) async throws(StoreError) -> [Int64] {
        let orders = part.orders
        if orders.isEmpty { return [] }
        let known = QdrantFilter(must: [Self.digests(part.replaced)])
        _ = try await server.send(
            .updates(
                [
                    .upsert(part.changed, mode: .updateOnly, condition: known),
                    .upsert(part.new, mode: .insertOnly),
                ],
                in: writing.collection))
        // The answer does not say which were written. As a rule all were, and one number says that.
        let written = QdrantFilter(must: [
            .hasID(orders.keys.map { .profile(of: $0) }), Self.digests(orders.values),
        ])
        guard try await server.send(.count(in: writing.collection, where: written)) < orders.count else {
            recent.wrote(orders)
            return []
        }
        let stored = try await writing.orders(of: Array(orders.keys))
        let late = orders.keys.filter { stored[$0] != orders[$0] }
        recent.forget(late)
        recent.wrote(orders.filter { stored[$0.key] == $0.value })
        return late
    }

    private static func digests(_ orders: some Sequence<ProfileOrder>) -> QdrantCondition {
        .matchAny("digest", orders.map { .integer($0.digest) })
    }
}

extension RecentUsers.Interactions {
    /// With further ones, which are not among them.
    func adding(_ new: [ProfileFormula.Interaction], window: Int) -> RecentUsers.Interactions {
        var result = self
        for interaction in new {
            result.counts[interaction.type, default: 0] += 1
            let place = result.newest.firstIndex { interaction.isNewer(than: $0) } ?? result.newest.count
            if place < window { result.newest.insert(interaction, at: place) }
        }
        result.newest.removeLast(max(0, result.newest.count - window))
        return result
    }
}

extension ProfileFormula.Interaction {
    /// In the order in which interactions count: by time, and at one moment by id.
    func isNewer(than other: ProfileFormula.Interaction) -> Bool {
        (time, id) > (other.time, other.id)
    }
}
