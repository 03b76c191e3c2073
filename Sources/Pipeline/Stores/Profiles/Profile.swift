package import Events

/// What a recommender reads about a user.
package struct Profile: Sendable, Hashable {
    package var userID: Int64
    /// The user's taste: of length one, or all zero if the interactions cancel each other out.
    package var vector: [Float]
    /// All stored interactions by type; a type without any is absent.
    package var counts: [EventType: Int]
    /// The time of the newest interaction.
    package var lastEventTime: Timestamp
    /// The products of the newest interactions, newest first, each once.
    package var recentProducts: [Int64]

    package init(
        userID: Int64, vector: [Float], counts: [EventType: Int], lastEventTime: Timestamp, recentProducts: [Int64]
    ) {
        self.userID = userID
        self.vector = vector
        self.counts = counts
        self.lastEventTime = lastEventTime
        self.recentProducts = recentProducts
    }

    /// The number of interactions that the profile was computed from; the version with the greater number is newer.
    package var interactions: Int { counts.values.reduce(0, +) }
}
