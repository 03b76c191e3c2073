import Messaging

/// Publishes into the embedded queues.
struct EmbeddedPublisher: Publisher {
    /// The most publications of one call that are handed over together; other callers' come in between.
    private static let chunk = 500

    let engine: QueueEngine

    nonisolated(nonsending) func publish(_ publications: [Publication]) async -> [PublishOutcome] {
        if publications.count <= Self.chunk { return await publish(publications[...]) }
        var outcomes: [PublishOutcome] = []
        outcomes.reserveCapacity(publications.count)
        var rest = publications[...]
        while !rest.isEmpty {
            outcomes += await publish(rest.prefix(Self.chunk))
            rest = rest.dropFirst(Self.chunk)
        }
        return outcomes
    }

    private nonisolated(nonsending) func publish(_ publications: ArraySlice<Publication>) async -> [PublishOutcome] {
        // Encoded here, on the caller's thread: the database's thread has enough to do.
        var prepared: [PreparedPublication] = []
        prepared.reserveCapacity(publications.count)
        var refusals: [Int: PublishOutcome] = [:]
        for (offset, publication) in publications.enumerated() {
            do throws(PreparedPublication.Refusal) {
                prepared.append(
                    try PreparedPublication(
                        publication, maximumBodyBytes: engine.configuration.maximumBodyBytes))
            } catch {
                refusals[offset] = .unencodable(error.reason)
            }
        }
        let outcomes = prepared.isEmpty ? [] : await engine.publish(prepared)
        if refusals.isEmpty { return outcomes }
        var next = outcomes.makeIterator()
        return publications.indices.compactMap { refusals[$0 - publications.startIndex] ?? next.next() }
    }
}
