import Events
import JSON
import Stores

/// Whether every accepted event is in both stores exactly once, with its content.
package struct VerificationReport: Report, Sendable {
    /// Stored events whose content is not the one that it should be.
    typealias Differences = [(id: EventID, fields: ContentFields)]

    /// The state of a ledger's events in one store.
    struct Part: Sendable {
        /// Events that are stored once, whatever their content.
        var stored = 0
        var missing: [EventID] = []
        var doubled: [EventID] = []
        /// Events that the ledger names with other content.
        var different: Differences = []

        mutating func add(_ ids: [EventID], _ occurrences: [EventID: Int]) {
            for id in ids {
                switch occurrences[id] ?? 0 {
                case 0: missing.append(id)
                case 1: stored += 1
                default: doubled.append(id)
                }
            }
        }

        /// Compares what the store has with what the ledger says, event by event.
        mutating func compare(_ ids: [EventID], _ stored: [EventID: StoredEvent], with ledger: Ledger) {
            for id in ids {
                guard let stored = stored[id], let events = ledger.events[id] else { continue }
                let fields = events.reduce(into: ContentFields()) { $0.formUnion(stored.differences(from: $1)) }
                if !fields.isEmpty { different.append((id, fields)) }
            }
        }
    }

    private let accepted: Int
    private var graph = Part()
    private var vectors = Part()
    /// Events of which the two stores have other contents.
    private var apart: Differences = []
    private let shown: Int

    /// Whether no event is missing, doubled or changed.
    package var isGood: Bool {
        apart.isEmpty
            && [graph, vectors].allSatisfy { $0.missing.isEmpty && $0.doubled.isEmpty && $0.different.isEmpty }
    }

    /// Compares the ledger with both stores, and the stores with each other, in steps of a thousand events.
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
            let inGraph = try await pipeline.graph.stored(part)
            let inVectors = try await pipeline.profiles.stored(part)
            report.graph.compare(part, inGraph, with: ledger)
            report.vectors.compare(part, inVectors, with: ledger)
            for id in part {
                guard let graph = inGraph[id], let vectors = inVectors[id] else { continue }
                let fields = vectors.differences(from: graph.event).intersection(graph.fields)
                if !fields.isEmpty { report.apart.append((id, fields)) }
            }
        }
        return report
    }

    private init(accepted: Int, shown: Int) {
        self.accepted = accepted
        self.shown = shown
    }

    private var parts: [(name: String, part: Part)] { [("graph", graph), ("vectors", vectors)] }

    /// One JSON object: `accepted`; `stored`, `missing`, `doubled` and `different` of `graph` and `vectors`, with every
    /// id; and `different` for the events of which the stores have other contents.
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
                    json.key("different")
                    json.differences(part.different)
                }
            }
            json.key("different")
            json.differences(apart)
        }
        return json.bytes
    }

    /// A line with the counts, and the first ids of each finding.
    package var text: String {
        var text = "accepted \(accepted)"
        for (name, part) in parts {
            text += " · \(name): stored \(part.stored), lost \(part.missing.count), doubled \(part.doubled.count)"
            text += ", different \(part.different.count)"
        }
        text += " · graph and vectors differ in \(apart.count)\n"
        for (name, part) in parts {
            text += list("missing from the \(name)", part.missing.map { "\($0)" })
            text += list("doubled in the \(name)", part.doubled.map { "\($0)" })
            text += list("not in the \(name) as accepted", part.different.map(Self.line))
        }
        return text + list("not the same in graph and vectors", apart.map(Self.line))
    }

    private static func line(_ id: EventID, _ fields: ContentFields) -> String {
        "\(id): \(fields.names.joined(separator: ", "))"
    }

    private func list(_ finding: String, _ lines: [String]) -> String {
        guard !lines.isEmpty else { return "" }
        let more = lines.count > shown ? "  and \(lines.count - shown) more\n" : ""
        return "\(finding):\n" + lines.prefix(shown).map { "  \($0)\n" }.joined() + more
    }
}

extension JSONWriter {
    /// Writes `[{"event_id": "...", "fields": ["..."]}]`.
    fileprivate mutating func differences(_ differences: VerificationReport.Differences) {
        array { json in
            for (id, fields) in differences {
                json.object { json in
                    json.member("event_id", id)
                    json.key("fields")
                    json.array { json in
                        for name in fields.names { json.string(name) }
                    }
                }
            }
        }
    }
}
