package import Events
import QdrantClient
package import Stores

/// Takes interactions from before a time away, a page after the other.
struct InteractionPruning: Sendable {
    private static let page = 1_000

    let server: QdrantServer
    let layout: QdrantLayout

    static func filter(before time: Timestamp) -> QdrantFilter {
        QdrantFilter(must: [.datetimeRange("event_time", QdrantRange(below: time.payloadText))])
    }

    /// By ids, as ``ProfileErasing`` says.
    ///
    /// - Returns: How many interactions were removed.
    func run(before time: Timestamp, _ progress: @Sendable (Int) -> Void) async throws(StoreError) -> Int {
        var count = 0
        var next: QdrantPointID?
        repeat {
            let scroll = QdrantScroll(where: Self.filter(before: time), from: next, limit: Self.page, with: .id)
            let page = try await server.send(.scroll(scroll, in: QdrantLayout.interactions, layout.reads))
            if !page.points.isEmpty {
                let ids = page.points.map(\.id)
                _ = try await server.send(.update(.delete(.ids(ids)), in: QdrantLayout.interactions))
                count += ids.count
                progress(count)
            }
            next = page.next
        } while next != nil
        return count
    }
}

extension QdrantProfileStore {
    /// Removes pages of interactions, then computes all profiles anew beside the live ones: only so none of them stays that
    /// a worker has computed meanwhile of what is gone. See ``ProfileStore``.
    package func prune(
        before time: Timestamp, _ progress: @Sendable (Int) -> Void
    ) async throws(StoreError) -> Int {
        let count = try await write { () throws(StoreError) in
            let state = try await schema.state()
            return try await InteractionPruning(server: server, layout: state.layout).run(before: time, progress)
        }
        recent.forgetAll()
        if count > 0 { _ = try await rebuild(userID: nil) }
        return count
    }

    /// See ``ProfileStore``.
    package func interactions(before time: Timestamp) async throws(StoreError) -> Int {
        try await server.sendIfThere(
            .count(in: QdrantLayout.interactions, where: InteractionPruning.filter(before: time))) ?? 0
    }
}
