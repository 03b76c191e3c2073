import Events
import JSON
package import LoadTesting
import Stores

/// Whether every acknowledged event is in both stores exactly once, with its content, and nothing else is there.
package struct VerificationReport: Report, Sendable {
    /// How many events are looked up in one request.
    private static let step = 1_000

    /// The events of the ledger, acknowledged or not.
    let attempted: Int
    let acknowledged: Int
    private(set) var graph = StoreAudit()
    private(set) var vectors = StoreAudit()
    /// Events of which the two stores have other contents.
    private(set) var apart: ContentDifferences = []
    /// Why dead letters could not be read where it would have mattered.
    private(set) var lettersFailure: String?
    private let shown: Int

    /// Whether no event is missing, doubled, changed or unexpected; dead letters count as missing.
    package var isGood: Bool { apart.isEmpty && parts.allSatisfy(\.audit.isGood) }

    /// Whether that is so when dead letters do not count as missing.
    package var isAccounted: Bool { apart.isEmpty && parts.allSatisfy(\.audit.isAccounted) }

    /// Compares the ledger with both stores, and the stores with each other, in steps of a thousand events. Where events are
    /// missing, tombstones of erased users and dead letters are asked for as well.
    ///
    /// - Parameters:
    ///   - shown: The most ids that the text names per finding.
    ///   - isShared: Whether others post as well, so that stores have grown by more than the ledger explains.
    /// - Throws: The ``StoreError`` of the store that cannot be read.
    package static func read(
        _ ledger: Ledger, _ pipeline: Pipeline, shown: Int, isShared: Bool = false
    ) async throws -> VerificationReport {
        var report = VerificationReport(ledger, shown: shown)
        for start in stride(from: 0, to: ledger.attempts.count, by: step) {
            try await report.add(ledger.attempts[start..<min(start + step, ledger.attempts.count)], ledger, pipeline)
        }
        if !report.graph.missing.isEmpty || !report.vectors.missing.isEmpty {
            await report.explainDeadLetters(pipeline)
        }
        if let before = ledger.before, !isShared {
            let (graph, vectors) = try await pipeline.counts()
            report.graph.compareGrowth(graph - before.graph)
            report.vectors.compareGrowth(vectors - before.vectors)
        }
        return report
    }

    private init(_ ledger: Ledger, shown: Int) {
        attempted = ledger.attempts.count
        acknowledged = ledger.attempts.count { $0.outcome == .acknowledged }
        self.shown = shown
    }

    private mutating func add(_ attempts: ArraySlice<Attempt>, _ ledger: Ledger, _ pipeline: Pipeline) async throws {
        let ids = attempts.map(\.id)
        var contents: [EventID: [Event]] = [:]
        for id in ids { contents[id] = ledger.events(of: id) }
        let known = (graph.missing.count, vectors.missing.count)
        graph.add(attempts, try await pipeline.graph.occurrences(of: ids))
        vectors.add(attempts, try await pipeline.profiles.occurrences(of: ids))
        let inGraph = try await pipeline.graph.stored(ids)
        let inVectors = try await pipeline.profiles.stored(ids)
        graph.compare(inGraph, contents)
        vectors.compare(inVectors, contents)
        for id in ids {
            guard let graph = inGraph[id], let vectors = inVectors[id] else { continue }
            let fields = vectors.differences(from: graph.event).intersection(graph.fields)
            if !fields.isEmpty { apart.append((id, fields)) }
        }
        let times = Dictionary(attempts.map { ($0.id, $0.at) }, uniquingKeysWith: { first, _ in first })
        if graph.missing.count > known.0 {
            let users = Self.users(of: graph.missing[known.0...], contents)
            let erasures = try await pipeline.graph.erasures(of: users)
            graph.explainErased { Self.isErased(contents[$0], at: times[$0] ?? nil, erasures) }
        }
        if vectors.missing.count > known.1 {
            let users = Self.users(of: vectors.missing[known.1...], contents)
            let erasures = try await pipeline.profiles.erasures(of: users)
            vectors.explainErased { Self.isErased(contents[$0], at: times[$0] ?? nil, erasures) }
        }
    }

    private static func users(of ids: ArraySlice<EventID>, _ contents: [EventID: [Event]]) -> [Int64] {
        Set(ids.flatMap { contents[$0] ?? [] }.map(\.userID)).sorted()
    }

    /// Whether an event that is not there was erased: its user was, and not before the event was sent, as far as is known.
    private static func isErased(_ events: [Event]?, at time: Timestamp?, _ erasures: [Int64: Timestamp]) -> Bool {
        (events ?? []).contains { event in
            guard let until = erasures[event.userID] else { return false }
            return time.map { $0 <= until } ?? true
        }
    }

    private mutating func explainDeadLetters(_ pipeline: Pipeline) async {
        do {
            let letters = try await DeadLetterIDs.read(pipeline)
            graph.explainDeadLetters(letters.graph)
            vectors.explainDeadLetters(letters.vectors)
        } catch {
            lettersFailure = "\(error)"
        }
    }

    private var parts: [(name: String, audit: StoreAudit)] { [("graph", graph), ("vectors", vectors)] }

    /// One JSON object: `accepted`, `attempted`; for `graph` and `vectors` each `stored`, `recovered`, the ids of what is
    /// `missing`, `doubled`, `erased`, `dead_lettered` and `different`, and `unexpected` where the ledger tells what was
    /// there before; and `different` for the events of which the stores have other contents.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in write(to: &json) }
        return json.bytes
    }

    func write(to json: inout JSONWriter) {
        json.member("accepted", acknowledged)
        json.member("attempted", attempted)
        for (name, audit) in parts {
            json.key(name)
            json.object { json in audit.write(to: &json) }
        }
        json.key("different")
        json.differences(apart)
        if let lettersFailure { json.member("dead_letters_unread", lettersFailure) }
    }

    /// A line with the counts, and the first ids of each finding.
    package var text: String {
        var text = "accepted \(acknowledged)"
        if attempted > acknowledged { text += " of \(attempted) attempted" }
        for (name, audit) in parts { text += " · \(name): \(audit.counts)" }
        return text + " · graph and vectors differ in \(apart.count)\n" + findings
    }

    /// The first ids of each finding, each list with a title; empty without findings.
    var findings: String {
        var text = ""
        for (name, audit) in parts {
            text += list("missing from the \(name)", audit.missing.map { "\($0)" })
            text += list("doubled in the \(name)", audit.doubled.map { "\($0)" })
            text += list("dead letters in place of the \(name)", audit.deadLettered.map { "\($0)" })
            text += list("not in the \(name) as accepted", audit.different.map(Self.line))
            if let count = audit.unexpected, count > 0 {
                text += "the \(name) has \(count) events more than the ledger explains "
                text += "(--shared says that others post as well)\n"
            }
        }
        text += list("not the same in graph and vectors", apart.map(Self.line))
        if let lettersFailure { text += "dead letters could not be read: \(lettersFailure)\n" }
        return text
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
