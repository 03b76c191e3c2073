package import Events

/// Stores interaction vectors and the user profiles computed from them: Qdrant, or the embedded profiles.
///
/// A profile is always a pure function of the set of stored interactions (``ProfileFormula``): repeating or
/// reordering events gives the same profile. Every implementation may be used from any task, and passes the
/// conformance suite.
package protocol ProfileStore: LearnedVectorStore {
    /// Stores the new interactions and updates their users' profiles; both are durable on return. An event whose id the
    /// store has with other content, as far as it keeps that, is reported and not written, and one of an erased user from
    /// before is left out and counted.
    func apply(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch

    /// What keeps the store busy: by default, one batch of 500 after the other.
    var pace: WritingPace { get }

    /// A user's profile; nil for a user without interactions.
    func profile(of userID: Int64) async throws(StoreError) -> Profile?

    /// The stored vectors that are nearest to `vector` by cosine, best first; equal scores by id. Vectors of another
    /// number of components are left out.
    ///
    /// - Parameter limit: the most matches; 1 or more.
    func nearest(
        to vector: [Float], in collection: VectorCollection, limit: Int
    ) async throws(StoreError) -> [VectorMatch]

    /// The products whose vectors are nearest to `vector` by cosine, best first; equal scores by id. Each product is there
    /// once: those of which something was learned, those of the catalogue, and those with an interaction. What was learned
    /// goes first, then the catalogue's vector.
    ///
    /// - Parameters:
    ///   - excluding: products that are left out.
    ///   - limit: the most matches; 1 or more.
    /// - Throws: `.rejected` if the products' vectors have another number of components: a catalogue was loaded since
    ///   `vector` was computed.
    func nearestProducts(
        to vector: [Float], excluding: Set<Int64>, limit: Int
    ) async throws(StoreError) -> [ProductMatch]

    /// The products that the user has bought, the latest first, equal times by id, each once.
    ///
    /// - Parameter limit: the most products; 1 or more.
    func boughtProducts(of userID: Int64, limit: Int) async throws(StoreError) -> [Int64]

    /// Loads vectors of the shop's catalogue, which take the places of stand-ins from then on. Profiles change when their
    /// users act again, or with ``rebuild(userID:)``. May be repeated.
    ///
    /// - Parameter vectors: by product; ``CatalogueVectors`` says what is taken, and how it is stored.
    /// - Throws: `.rejected` if a vector cannot be used, or has another number of components than those loaded before;
    ///   nothing is stored then.
    func putCatalogue(_ vectors: [Int64: [Float]]) async throws(StoreError)

    /// Recomputes profiles from the stored interactions: one user's, or all users' for nil.
    ///
    /// - Parameter report: receives how many are computed, after each step, from any thread.
    /// - Returns: how many profiles were written.
    func rebuild(
        userID: Int64?, _ report: @escaping @Sendable (_ computed: Int) -> Void
    ) async throws(StoreError) -> Int

    func statistics() async throws(StoreError) -> ProfileStatistics

    /// How often each of these events is stored; events that are not stored are absent from the answer.
    func occurrences(of ids: [EventID]) async throws(StoreError) -> [EventID: Int]

    /// These events as the store has them; events that it does not have are absent from the answer.
    func stored(_ ids: [EventID]) async throws(StoreError) -> [EventID: StoredEvent]

    /// Removes a user's interactions and profile, and keeps a tombstone: from then on, ``apply(_:)`` leaves out events of
    /// the user that were received (``Event/receipt``) at `time` or before, also those that others write at the same time.
    /// Repeatable, also after an error, which may leave a part removed; of several times the latest counts.
    ///
    /// - Returns: How many interactions were removed.
    func erase(userID: Int64, receivedUntil time: Timestamp) async throws(StoreError) -> Int

    /// Until when events of these users that were received count as erased; users of whom nothing was erased are absent.
    func erasures(of users: [Int64]) async throws(StoreError) -> [Int64: Timestamp]

    /// Removes interactions that happened (``Event/time``) before `time`, in steps between which others write. Profiles
    /// follow, at the latest when this returns. Repeatable; after an error, what was done stays done, and profiles may need
    /// ``rebuild(userID:)``. An event from before that comes later is written again.
    ///
    /// - Parameter progress: Is told how many were removed so far.
    /// - Returns: How many interactions were removed.
    func prune(before time: Timestamp, _ progress: @Sendable (Int) -> Void) async throws(StoreError) -> Int

    /// How many interactions ``prune(before:_:)`` would remove.
    func interactions(before time: Timestamp) async throws(StoreError) -> Int

    /// Finds out whether the store would take a write now, without making one. By default, whether it can be read.
    ///
    /// - Throws: why not, within seconds.
    func checkWriting() async throws(StoreError)

    /// What the server says of itself; nil for a store without one.
    func server() async throws(StoreError) -> StoreServer?

    /// Closes the store after the writes that have begun.
    func close() async
}

extension ProfileStore {
    package var pace: WritingPace { WritingPace() }

    package func server() async throws(StoreError) -> StoreServer? { nil }

    package func checkWriting() async throws(StoreError) {
        _ = try await occurrences(of: [])
    }
}

/// The collections that can be searched.
package enum VectorCollection: String, Sendable, Hashable, CaseIterable {
    /// One point per event.
    case interactions
    /// One point per user.
    case userProfiles = "user_profiles"
}

/// A found vector.
package struct VectorMatch: Sendable, Hashable {
    /// What the vector belongs to.
    package enum Point: Sendable, Hashable {
        case interaction(EventID)
        case user(Int64)
    }

    package var point: Point
    /// Cosine similarity: -1 ... 1.
    package var score: Float

    package init(point: Point, score: Float) {
        self.point = point
        self.score = score
    }
}

/// Counts over a profile store.
package struct ProfileStatistics: Sendable, Hashable {
    /// Users with a profile.
    package var profiles: Int
    /// Interaction vectors.
    package var vectors: Int

    package init(profiles: Int, vectors: Int) {
        self.profiles = profiles
        self.vectors = vectors
    }
}

extension ProfileStore {
    /// Recomputes profiles as ``rebuild(userID:_:)``, and reports nothing meanwhile.
    package func rebuild(userID: Int64?) async throws(StoreError) -> Int {
        try await rebuild(userID: userID) { _ in }
    }
}
