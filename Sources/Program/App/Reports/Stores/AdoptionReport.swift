import JSON
import Neo4jGraph
import Stores

/// What `graph adopt` has changed in a graph that a shop's own code has written into.
package struct AdoptionReport: Report, Sendable {
    private let progress: AdoptionProgress

    /// Gives interactions without an exact time and a product one of each, in steps.
    ///
    /// - Parameter report: Receives how many are done, from any thread.
    /// - Throws: ``LocationError`` for a graph that is not on a server; ``StoreError`` if the server does not take it.
    package static func adopt(
        in backEnds: BackEnds, _ report: @escaping @Sendable (_ adopted: Int) -> Void
    ) async throws -> AdoptionReport {
        try await Scope.with { scope in
            guard let graph = try backEnds.connectNeo4j(nil) else { throw LocationError.nothingToAdopt }
            _ = scope.add(graph) { await $0.close() }
            return AdoptionReport(progress: try await graph.adopt { report($0.adopted) })
        }
    }

    /// One JSON object: `adopted` and `unreadable`.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("adopted", progress.adopted)
            json.member("unreadable", progress.unreadable)
        }
        return json.bytes
    }

    /// A line, and another one about what could not be adopted.
    package var text: String {
        let adopted = "\(progress.adopted) interactions adopted: they have event_at and product_id now\n"
        guard progress.unreadable > 0 else { return adopted }
        return adopted + "\(progress.unreadable) left as they are: their event_time is not a time\n"
    }
}
