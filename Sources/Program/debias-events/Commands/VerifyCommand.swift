import App
import Arguments
import Events
import JSON
import Messaging
import Stores

/// Compares a ledger with the stores.
struct VerifyCommand: Command {
    static let configuration = CommandConfiguration(
        name: "verify", abstract: "Checks that every accepted event is in the graph and in the vectors exactly once.",
        discussion:
            "The ledger holds the ids of events that were answered with 200: one a line, or JSON objects with an "
            + "event_id. Exit status 1 if an event is missing or doubled.",
        examples: ["debias-events verify --ledger accepted.ndjson"])

    @OptionGroup(title: "Back ends") var backEnds: BackEndOptions

    @Option(help: "The file of accepted event ids.", completion: .file)
    var ledger: String

    @Option(help: "The most ids to print for each finding.", valueName: "ids")
    var show = 20

    @Flag(help: "Print one JSON object.")
    var json = false

    mutating func run() async throws {
        let ids = try LedgerFile.read(ledger)
        let (graph, vectors) = try await Pipeline.with(backEnds) { pipeline in
            var graph = Verification()
            var vectors = Verification()
            for start in stride(from: 0, to: ids.count, by: 1_000) {
                let part = Array(ids[start..<min(start + 1_000, ids.count)])
                graph.add(part, try await pipeline.graph.occurrences(of: part))
                vectors.add(part, try await pipeline.profiles.occurrences(of: part))
            }
            return (graph, vectors)
        }
        Output.print(json ? Self.json(ids.count, graph, vectors) : Self.text(ids.count, graph, vectors, show))
        guard graph.isGood, vectors.isGood else {
            throw CommandFailure("not every accepted event is in both stores exactly once")
        }
    }

    private static func text(_ count: Int, _ graph: Verification, _ vectors: Verification, _ show: Int) -> String {
        var text = "accepted \(count)"
        for (name, part) in [("graph", graph), ("vectors", vectors)] {
            text += " · \(name): stored \(part.stored), lost \(part.missing.count), doubled \(part.doubled.count)"
        }
        text += "\n"
        for (name, part) in [("graph", graph), ("vectors", vectors)] {
            for (finding, ids) in [("missing from", part.missing), ("doubled in", part.doubled)] where !ids.isEmpty {
                text += "\(finding) the \(name):\n"
                for id in ids.prefix(show) { text += "  \(id)\n" }
                if ids.count > show { text += "  and \(ids.count - show) more\n" }
            }
        }
        return text
    }

    private static func json(_ count: Int, _ graph: Verification, _ vectors: Verification) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("accepted", count)
            for (name, part) in [("graph", graph), ("vectors", vectors)] {
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
        return Output.line(json)
    }
}

/// What one store has of a ledger.
private struct Verification {
    var stored = 0
    var missing: [EventID] = []
    var doubled: [EventID] = []

    var isGood: Bool { missing.isEmpty && doubled.isEmpty }

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

/// Ids of accepted events, one a line.
enum LedgerFile {
    /// Every id once, in the file's order. An unfinished last line, as a killed program leaves it, does not count.
    static func read(_ path: String) throws -> [EventID] {
        let content = try FileContents.read(path)
        var ids: [EventID] = []
        var known: Set<EventID> = []
        let isFinished = content.last == UInt8(ascii: "\n")
        let lines = content.split(separator: UInt8(ascii: "\n"))
        for (index, line) in lines.enumerated() {
            guard let id = id(in: line) else {
                if index == lines.count - 1, !isFinished { break }
                throw CommandFailure(
                    "line \(index + 1) of \(path) is neither an event id nor an object with an event_id")
            }
            if known.insert(id).inserted { ids.append(id) }
        }
        return ids
    }

    private static func id(in line: ArraySlice<UInt8>) -> EventID? {
        var line = line
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        if let id = EventID(utf8: line) { return id }
        guard case .object(let fields)? = try? JSONValue(parsing: Array(line)),
            case .string(let text) = fields["event_id"]
        else { return nil }
        return EventID(text)
    }
}
