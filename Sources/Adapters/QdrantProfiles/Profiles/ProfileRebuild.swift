import JSON
import QdrantClient
import Stores

/// Computes profiles anew from the stored interactions.
struct ProfileRebuild: Sendable {
    private static let page = 1_000

    let writing: ProfileWriting

    private var server: QdrantServer { writing.reading.server }

    /// - Returns: Whether the user has interactions, and so a profile.
    func rebuild(_ user: Int64) async throws(StoreError) -> Bool {
        var writing = writing
        writing.writesEqual = true
        writing.recent = nil
        let tombstones = try await writing.settings.read([user], writing.state.layout).tombstones
        if try await writing.update([user], tombstones) > 0 { return true }
        guard try await !writing.orders(of: [user]).isEmpty else { return false }
        _ = try await server.send(
            .update(.delete(.ids([.profile(of: user)])), in: writing.collection, writing.state.layout.orderedWrites))
        // An interaction may have come meanwhile, and its profile have gone with the old one.
        return try await writing.update([user], tombstones) > 0
    }

    /// Computes all profiles into a new collection, which takes the place of the old one in one step; readers and writers
    /// notice nothing. What an interrupted rebuild has left is removed by the next.
    ///
    /// - Parameter report: Receives how many are in the new collection.
    /// - Returns: How many profiles there are.
    func rebuildAll(_ report: (_ computed: Int) -> Void) async throws(StoreError) -> Int {
        let live = try await liveCollection()
        let next = "\(QdrantLayout.profiles)_\((Self.number(of: live) ?? 0) + 1)"
        for name in try await server.send(.collections) where name != live && Self.number(of: name) != nil {
            _ = try await server.send(.deleteCollection(name))
        }
        try await writing.schema.makeProfiles(next, size: writing.state.layout.dimension)
        var writing = writing
        writing.collection = next
        writing.recent = nil
        try await writeAll(writing, report)
        // Of users who acted meanwhile, the live collection has later profiles.
        try await catchUp(writing, with: live)
        let count = try await server.send(.count(in: next))
        _ = try await server.send(.pointAlias(QdrantLayout.profiles, to: next))
        try await catchUp(writing, with: live)
        _ = try await server.send(.deleteCollection(live))
        return count
    }

    private static func number(of collection: String) -> Int? {
        let prefix = "\(QdrantLayout.profiles)_"
        guard collection.hasPrefix(prefix) else { return nil }
        return Int(collection.dropFirst(prefix.count))
    }

    private func liveCollection() async throws(StoreError) -> String {
        let alias = try await server.send(.aliases()).first { $0.name == QdrantLayout.profiles }
        guard let alias else {
            throw StoreError(
                .unavailable,
                "user_profiles is a collection and no alias, so that no other can take its place; delete it, and it is made "
                    + "anew as an alias of user_profiles_1")
        }
        return alias.collection
    }

    /// Users are met in the order of events. Who has a profile in the new collection is done: the memory for it is that of
    /// a page.
    private func writeAll(_ writing: ProfileWriting, _ report: (_ computed: Int) -> Void) async throws(StoreError) {
        var computed = 0
        var next: QdrantPointID?
        repeat {
            let scroll = QdrantScroll(
                from: next, limit: Self.page, with: QdrantFields(payload: .keys(["user_id"])))
            let page = try await server.send(.scroll(scroll, in: QdrantLayout.interactions, writing.reading.options))
            let users = Set(page.points.compactMap { $0.payload?.wholeNumber("user_id") })
            let done = try await writing.orders(of: Array(users))
            let wanted = users.filter { done[$0] == nil }.sorted()
            try await update(wanted, writing)
            computed += wanted.count
            report(computed)
            next = page.next
        } while next != nil
    }

    /// Computes those profiles again that are later in the other collection.
    private func catchUp(_ writing: ProfileWriting, with other: String) async throws(StoreError) {
        var next: QdrantPointID?
        repeat {
            let scroll = QdrantScroll(from: next, limit: Self.page, with: ProfileOrder.keys)
            let page = try await server.send(.scroll(scroll, in: other, writing.reading.options))
            let there = page.points.compactMap { record in record.id.user.map { ($0, ProfileOrder(record)) } }
            let own = try await writing.orders(of: there.map(\.0))
            try await update(there.filter { user, order in own[user].map { $0 < order } ?? true }.map(\.0), writing)
            next = page.next
        } while next != nil
    }

    private func update(_ users: [Int64], _ writing: ProfileWriting) async throws(StoreError) {
        guard !users.isEmpty else { return }
        let tombstones = try await writing.settings.read(users, writing.state.layout).tombstones
        try await writing.update(users, tombstones)
    }
}
