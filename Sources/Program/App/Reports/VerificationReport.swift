import Events
import JSON
import Stores

/// Whether every accepted event is in both stores exactly once.
package struct VerificationReport: Report, Sendable {
    /// The state of a ledger's events in one store.
    struct Part: Sendable {
        var stored = 0
        var missing: [EventID] = []
        var doubled: [EventID] = []

        mutating func add(_ ids: [EventID], _ occurrences: [EventID: Int]) {
            for id in ids {
                switch occurrences[id] ?? 0 {
                case 0: missing.append(id)
                case 1: stored += 1
                default: doubled.append(id)
                }
            }
        }
    }

    private let accepted: Int
    private var graph = Part()
    private var vectors = Part()
    private let shown: Int

    /// Whether no event is missing or doubled.
    package var isGood: Bool {
        [graph, vectors].allSatisfy { $0.missing.isEmpty && $0.doubled.isEmpty }
    }

    /// Compares the ledger with both stores, in steps of a thousand events.
    ///
    /// - Parameter shown: The most ids that the text names per finding.
    /// - Throws: The ``StoreError`` of the store that cannot be read.
    package static func read(_ ledger: Ledger, _ pipeline: Pipeline, shown: Int) async throws -> VerificationReport {
        let ids = ledger.ids
        var report = VerificationReport(accepted: ids.count, shown: shown)
        for start in stride(from: 0, to: ids.count, by: 1_000) {
            let part = Array(ids[start..<min(start + 1_000, ids.count)])
            report.graph.add(part, try await pipeline.graph.occurrences(of: part))
            report.vectors.add(part, try await pipeline.profiles.occurrences(of: part))
        }
        return report
    }

    private init(accepted: Int, shown: Int) {
        self.accepted = accepted
        self.shown = shown
    }

    private var parts: [(name: String, part: Part)] { [("graph", graph), ("vectors", vectors)] }

    /// One JSON object: `accepted`, and `stored`, `missing` and `doubled` of `graph` and `vectors`, with every id.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("accepted", accepted)
            for (name, part) in parts {
                json.key(name)
                json.object { json in
                    json.member("stored", part.stored)
                    for (name, ids) in [("missing", part.missing), ("doubled", part.doubled)] {
                        json.key(name)
                        json.array { json in
                            for id in ids { json.id(id) }
                        }
                    }
                }
            }
        }
        return json.bytes
    }

    /// A line with the counts, and the first ids of each finding.
    package var text: String {
        var text = "accepted \(accepted)"
        for (name, part) in parts {
            text += " · \(name): stored \(part.stored), lost \(part.missing.count), doubled \(part.doubled.count)"
        }
        text += "\n"
        for (name, part) in parts {
            for (finding, ids) in [("missing from", part.missing), ("doubled in", part.doubled)] where !ids.isEmpty {
                text += "\(finding) the \(name):\n"
                for id in ids.prefix(shown) { text += "  \(id)\n" }
                if ids.count > shown { text += "  and \(ids.count - shown) more\n" }
            }
        }
        return text
    }
}
