import Messaging

/// How many workers of each kind a process runs: `neo4j=2,qdrant=1`.
package struct WorkerPlan: Sendable, Hashable, CustomStringConvertible {
    /// The store to which a worker writes, named after its queue.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case neo4j, qdrant

        /// The queue that the worker consumes.
        package var queue: String {
            switch self {
            case .neo4j: PipelineTopology.graphQueue
            case .qdrant: PipelineTopology.profileQueue
            }
        }
    }

    /// The number of workers by kind; 0 or absent for none.
    package var counts: [Kind: Int]

    package init(_ counts: [Kind: Int]) {
        self.counts = counts
    }

    package static let none = WorkerPlan([:])
    /// One worker of each kind.
    package static let standard = WorkerPlan([.neo4j: 1, .qdrant: 1])

    /// Reads `neo4j=2,qdrant=1`; a kind that is not named gets none.
    ///
    /// - Throws: A ``Failure`` that names the invalid part.
    package init(_ text: String) throws(Failure) {
        counts = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, let kind = Kind(rawValue: String(pair[0])), let count = Int(pair[1]),
                (0...64).contains(count), counts.updateValue(count, forKey: kind) == nil
            else {
                throw Failure(
                    message: "\"\(part)\" is not a kind of worker and its number: write for example neo4j=2,qdrant=1, "
                        + "each kind once and at most 64 workers of a kind")
            }
        }
    }

    /// The plan as text; empty without workers of any kind.
    package var description: String {
        Kind.allCases.compactMap { kind in counts[kind].map { "\(kind.rawValue)=\($0)" } }.joined(separator: ",")
    }

    /// Why a text is not a plan.
    package struct Failure: Error, CustomStringConvertible {
        let message: String

        package var description: String { message }
    }
}
