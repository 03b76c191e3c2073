package import Events
import JSON
import Platform
import Recommending
import Stores

/// What `prune` has removed, or would remove.
package struct PruneReport: Report, Sendable {
    /// Interactions from before are removed.
    package let before: Timestamp
    /// Whether nothing was removed, but counted.
    package let isDryRun: Bool
    /// Interactions of the graph.
    package private(set) var interactions = 0
    /// Interactions of the vectors.
    package private(set) var vectors = 0

    /// Counts what would be removed.
    package static func count(before time: Timestamp, in pipeline: Pipeline) async throws -> PruneReport {
        var report = PruneReport(before: time, isDryRun: true)
        report.interactions = try await pipeline.graph.interactions(before: time)
        report.vectors = try await pipeline.profiles.interactions(before: time)
        return report
    }

    /// Removes interactions from before a time from both stores, and what was learned of them. After an error, or the end
    /// of the process, a repetition does the rest.
    ///
    /// - Parameter progress: Is told the store, and how many interactions were removed from it so far.
    package static func prune(
        before time: Timestamp, in pipeline: Pipeline, _ progress: @escaping @Sendable (String, Int) -> Void
    ) async throws -> PruneReport {
        var report = PruneReport(before: time, isDryRun: false)
        // While the file is there, profiles may be of interactions that are gone.
        let mark = "\(pipeline.dataDirectory)/pruning"
        let wasInterrupted = FileSystem.exists(mark)
        try FileSystem.replace(mark, with: Array("\(time)\n".utf8))
        report.interactions = try await pipeline.graph.prune(before: time) { progress("graph", $0) }
        report.vectors = try await pipeline.profiles.prune(before: time) { progress("vectors", $0) }
        if wasInterrupted { _ = try await pipeline.profiles.rebuild(userID: nil) }
        if report.interactions > 0 || wasInterrupted {
            try await learnAgain(in: pipeline)
        }
        try FileSystem.remove(mark)
        return report
    }

    /// Learns those products anew of which something was learned.
    private static func learnAgain(in pipeline: Pipeline) async throws {
        let learning = ProductLearning(from: pipeline.graph, into: pipeline.profiles)
        var last: Int64 = 0
        while true {
            let products = try await pipeline.profiles.learnedProducts(after: last, limit: 10_000)
            guard let end = products.last else { return }
            _ = try await learning.learn(all: Set(products))
            last = end
        }
    }

    /// One JSON object.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("before", "\(before)")
            json.member("dry_run", isDryRun)
            json.member("interactions", interactions)
            json.member("vectors", vectors)
        }
        return json.bytes
    }

    package var text: String {
        let verb = isDryRun ? "would be removed" : "removed"
        return TextTable(
            columns: [.right, .left],
            rows: [
                ["\(interactions)", "interactions of the graph \(verb)"],
                ["\(vectors)", "interaction vectors \(verb)"],
            ]
        ).text + "all from before \(before)\n"
    }
}
