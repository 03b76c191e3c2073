package import Events
import Messaging
package import Workers

/// Writes posted events into both stores, first into the graph, and then what the graph holds into the vectors: an event
/// that is refused for its id comes into neither.
package struct DirectWriter: Sendable {
    /// Writes into the graph.
    package let graph: DirectLane
    /// Writes into the vectors and profiles.
    package let vectors: DirectLane

    package init(graph: DirectLane, vectors: DirectLane) {
        self.graph = graph
        self.vectors = vectors
    }

    /// Why events cannot be written at the moment; nil while both stores work.
    package var failure: String? {
        graph.failure.map { "the graph: \($0)" } ?? vectors.failure.map { "the vectors: \($0)" }
    }

    /// Writes events; returns when each is in both stores, or it is known why not. Of an event that one store has and the
    /// other has not, the failure says so; writing it again does the rest.
    package func write(_ events: [Event]) async -> [DirectLane.Answer] {
        var answers = await graph.write(events)
        let places = answers.indices.filter { answers[$0] == .stored }
        for (place, answer) in zip(places, await vectors.write(places.map { events[$0] })) {
            answers[place] =
                switch answer {
                case .failed(let text): .failed("the graph has stored the event, the vectors have not: \(text)")
                case .stored, .conflict, .rejected: answer
                }
        }
        for place in answers.indices where !places.contains(place) {
            if case .failed(let text) = answers[place] {
                answers[place] = .failed("neither store has stored the event; the graph: \(text)")
            }
        }
        return answers
    }
}
