import Events
import QdrantClient
import Stores

/// Takes a user's interactions and profile away, while others may be writing them.
///
/// The tombstone comes first. A writer that has not seen it looks again after its own writes, and takes away what it has
/// written in vain; a profile by one that has seen it does not count interactions from before, and replaces one by a
/// writer that has not.
struct ProfileErasing: Sendable {
    private static let page = 1_000

    let writing: ProfileWriting

    private var server: QdrantServer { writing.reading.server }

    /// - Returns: How many interactions were removed.
    func erase(_ user: Int64, receivedUntil time: Timestamp) async throws(StoreError) -> Int {
        try await writing.settings.putTombstone(user, time, writing.state.layout)
        // What the user does from then on is to stay, and may come while this goes on.
        let later = QdrantCondition.datetimeRange("received_at", QdrantRange(above: time.payloadText))
        let filter = QdrantFilter(must: [.match("user_id", .integer(user))], mustNot: [later])
        var count = 0
        var next: QdrantPointID?
        repeat {
            let scroll = QdrantScroll(where: filter, from: next, limit: Self.page, with: .id)
            let page = try await server.send(.scroll(scroll, in: QdrantLayout.interactions, writing.reading.options))
            try await delete(page.points.map(\.id))
            count += page.points.count
            next = page.next
        } while next != nil
        try await refresh([user])
        return count
    }

    /// Takes away what is stored of these events, which count as erased: by an attempt that was interrupted, say.
    func remove(_ events: [Event]) async throws(StoreError) {
        let stored = try await writing.reading.stored(events.map(\.id))
        // Another user may have an event with the same id.
        let own = events.filter { stored[$0.id]?.event.userID == $0.userID }
        guard !own.isEmpty else { return }
        try await delete(own.map(\.id.point))
        try await refresh(Array(Set(own.map(\.userID))))
    }

    /// By ids: Qdrant up to 1.18.3 may bring back after a restart what a filter has deleted.
    private func delete(_ ids: [QdrantPointID]) async throws(StoreError) {
        guard !ids.isEmpty else { return }
        _ = try await server.send(.update(.delete(.ids(ids)), in: QdrantLayout.interactions))
    }

    /// Computes the profiles of erased users anew, and removes those of users who have no interactions any more.
    func refresh(_ users: [Int64]) async throws(StoreError) {
        let known = try await writing.settings.read(users, writing.state.layout)
        try await writing.update(users, known.tombstones)
        for user in users {
            guard let time = known.tombstones[user] else { continue }
            // Unless it was written with the tombstone in sight.
            let before = QdrantFilter(
                must: [.hasID([.profile(of: user)])],
                mustNot: [.range("erased_until", QdrantRange(from: Double(time.microseconds)))])
            _ = try await server.send(
                .update(.delete(.matching(before)), in: writing.collection, writing.state.layout.orderedWrites))
        }
    }
}
