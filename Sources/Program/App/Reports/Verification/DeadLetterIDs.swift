import DeadLetters
import Events
import Messaging
import Stores

/// The events among the dead letters, by the store that they did not reach.
struct DeadLetterIDs: Sendable {
    private(set) var graph: Set<EventID> = []
    private(set) var vectors: Set<EventID> = []

    /// - Throws: ``MessagingError`` if the letters cannot be read.
    static func read(_ pipeline: Pipeline) async throws(MessagingError) -> DeadLetterIDs {
        var ids = DeadLetterIDs()
        try await pipeline.deadLetters.look { letter in
            if let id = letter.eventID {
                // A letter of an unknown queue may stand for either.
                if letter.queue != PipelineTopology.profileQueue { ids.graph.insert(id) }
                if letter.queue != PipelineTopology.graphQueue { ids.vectors.insert(id) }
            }
            return true
        }
        return ids
    }
}

extension Pipeline {
    /// How many interactions the two stores have.
    ///
    /// - Throws: The ``StoreError`` of the store that cannot be read.
    func counts() async throws -> (graph: Int, vectors: Int) {
        async let graph = self.graph.statistics().interactions
        async let vectors = profiles.statistics().vectors
        return try await (graph, vectors)
    }
}
