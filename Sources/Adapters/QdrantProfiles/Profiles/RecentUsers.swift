import Events
import Stores
import Synchronization

/// What this process knows of the users that it has written last: what it has inserted or read need not be read again.
/// Bounded. Safe to use from any task.
///
/// Others write the same users, so that nothing here is believed before the server has counted; see ``ProfileGrowth``. That
/// asks of an entry only that its interactions are stored, and that none of those is among them that a batch is inserting:
/// while it does, no one else may enter what was read of its users.
final class RecentUsers: Sendable {
    /// A user's interactions at some time.
    struct Interactions: Sendable {
        /// Newest first, at most as many as count.
        var newest: [ProfileFormula.Interaction]
        /// All of them.
        var counts: [EventType: Int]

        var total: Int { counts.values.reduce(0, +) }
    }

    private struct Entry {
        var interactions: Interactions
        /// That of the stored profile when it was written or read last.
        var order: ProfileOrder?
    }

    private struct State {
        /// When the young are as many as the bound allows they become the old, and what was old is forgotten.
        var young: [Int64: Entry] = [:]
        var old: [Int64: Entry] = [:]
        var size = 0
        var beingInserted: Set<Int64> = []

        mutating func put(_ user: Int64, _ entry: Entry, _ bound: Int) {
            size += entry.interactions.newest.count - (young[user]?.interactions.newest.count ?? 0)
            young[user] = entry
            old[user] = nil
            guard size > bound else { return }
            (old, young, size) = (young, [:], 0)
        }

        mutating func forget(_ user: Int64) {
            if let entry = young.removeValue(forKey: user) { size -= entry.interactions.newest.count }
            old[user] = nil
        }
    }

    /// How many interactions the young have at most, of some 100 bytes each.
    private let bound: Int
    private let state = Mutex(State())

    init(bound: Int = 1 << 15) {
        self.bound = bound
    }

    /// Gives what is known of users of whom interactions are going to be inserted. One batch after the other, each until
    /// ``endInserting(_:)``.
    func beginInserting(_ users: [Int64]) -> [Int64: Interactions] {
        state.withLock { state in
            state.beingInserted = Set(users)
            var known: [Int64: Interactions] = [:]
            for user in users { known[user] = (state.young[user] ?? state.old[user])?.interactions }
            return known
        }
    }

    /// Keeps what has become of the users; forgets those of whom it is not known.
    func endInserting(_ grown: [Int64: Interactions]) {
        state.withLock { state in
            for user in state.beingInserted {
                guard let interactions = grown[user] else {
                    state.forget(user)
                    continue
                }
                let order = (state.young[user] ?? state.old[user])?.order
                state.put(user, Entry(interactions: interactions, order: order), bound)
            }
            state.beingInserted = []
        }
    }

    /// Keeps what was read of a user, and the order of the profile that was written of it.
    func keep(_ user: Int64, _ interactions: Interactions, _ order: ProfileOrder) {
        state.withLock { state in
            guard !state.beingInserted.contains(user) else { return }
            state.put(user, Entry(interactions: interactions, order: order), bound)
        }
    }

    /// The orders of the profiles that were written or read last.
    func orders(of users: [Int64]) -> [Int64: ProfileOrder] {
        state.withLock { state in
            var orders: [Int64: ProfileOrder] = [:]
            for user in users { orders[user] = (state.young[user] ?? state.old[user])?.order }
            return orders
        }
    }

    /// Keeps the orders of profiles that were written.
    func wrote(_ orders: [Int64: ProfileOrder]) {
        state.withLock { state in
            for (user, order) in orders {
                state.young[user]?.order = order
                state.old[user]?.order = order
            }
        }
    }

    func forget(_ users: some Sequence<Int64>) {
        state.withLock { state in
            for user in users { state.forget(user) }
        }
    }

    func forgetAll() {
        state.withLock { state in
            (state.young, state.old, state.size) = ([:], [:], 0)
        }
    }
}
