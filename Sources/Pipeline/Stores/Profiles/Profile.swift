package import Events

/// What a recommender reads of a user.
package struct Profile: Sendable, Hashable {
    /// Whose.
    package var userID: Int64
    /// The taste: of length one, or all zero where the interactions cancel each other out.
    package var vector: [Float]
    /// All stored interactions by type; a type without any is absent.
    package var counts: [EventType: Int]
    /// The newest interaction's time.
    package var lastEventTime: Timestamp
    /// Products of the newest interactions, newest first, each once.
    package var recentProducts: [Int64]

    /// A profile of these parts.
    package init(
        userID: Int64, vector: [Float], counts: [EventType: Int], lastEventTime: Timestamp, recentProducts: [Int64]
    ) {
        self.userID = userID
        self.vector = vector
        self.counts = counts
        self.lastEventTime = lastEventTime
        self.recentProducts = recentProducts
    }

    /// The number of interactions that the profile was computed from; of two versions the greater is the newer.
    package var interactions: Int { counts.values.reduce(0, +) }
}
