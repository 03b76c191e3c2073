import JSON

/// The state of a running pipeline, as `top` shows it. Made of what the server says, which may be another version.
package struct TopReport {
    private let snapshot: JSONValue

    /// - Throws: An error for an answer that is not JSON.
    package init(json: [UInt8]) throws {
        snapshot = try JSONValue(parsing: json)
    }

    /// Lines of at most `width` characters, each with its line feed.
    package func text(width: Int) -> String {
        let sections = [[head] + problems, rates, lines(of: queues), lines(of: workers), lines(of: events)]
        return sections.filter { !$0.isEmpty }.map { section in
            section.map { $0.shown(keepingLines: false).prefix(max(20, width)) + "\n" }.joined()
        }.joined(separator: "\n")
    }

    private var head: String {
        let spool = snapshot["spool"]
        let waiting = spool.map { "   spool \($0.count("messages")) of \($0.count("limit"))" } ?? ""
        return
            "debias-events \(snapshot.text("version"))   up \(snapshot["uptime_seconds"]?.number?.span ?? "-")\(waiting)"
    }

    /// Only what is wrong.
    private var problems: [String] {
        var found: [String] = []
        if case .string(let error)? = snapshot["broker_error"] {
            found.append("! the broker does not answer: \(error)")
        }
        for worker in snapshot.list("workers") {
            for (key, text) in [("paused", "waits for its store"), ("interrupted", "gets nothing from the broker")] {
                if case .string(let reason)? = worker[key] {
                    found.append("! \(worker.text("queue")) \(text): \(reason)")
                }
            }
        }
        for queue in snapshot.list("queues")
        where queue["consumers"] == .integer(0) && queue["messages"] != .integer(0)
            && queue.text("name") != "events.dlq"
        {
            found.append("! nobody consumes \(queue.text("name"))")
        }
        return found
    }

    private var rates: [String] {
        let second = snapshot["second"]
        let stores = [("graph", "events.neo4j"), ("vectors", "events.qdrant")].map { name, queue in
            let store = second?["stores"]?[queue]
            return "\(name) \(store?.count("stored") ?? "0")/s (age p99 \(store?["age"]?["p99"]?.number?.span ?? "-"))"
        }
        let confirm = second?["confirm"]?["p99"]?.number?.span ?? "-"
        return ["accepted \(second?.count("accepted") ?? "-")/s (confirmed p99 \(confirm))"] + stores
    }

    private var queues: TextTable {
        TextTable(
            header: ["QUEUE", "MESSAGES", "READY", "UNACKED", "CONSUMERS"],
            columns: [.left, .right, .right, .right, .right],
            rows: snapshot.list("queues").map { queue in
                [queue.text("name")] + ["messages", "ready", "unacknowledged", "consumers"].map(queue.count)
            })
    }

    private var workers: TextTable {
        TextTable(
            header: ["WORKERS OF", "HERE", "STATE"], columns: [.left, .right, .left],
            rows: snapshot.list("workers").map { worker in
                let state =
                    worker["stalled_seconds"] != nil
                    ? "hangs" : worker["paused"] != nil ? "wait" : worker["here"] == .integer(0) ? "none here" : "work"
                return [worker.text("queue"), worker.count("here"), state]
            })
    }

    private var events: TextTable {
        TextTable(
            header: ["NEWEST EVENTS", "TYPE", "USER", "PRODUCT", "IN"], columns: [.left, .left, .right, .right, .left],
            rows: snapshot.list("events").prefix(10).map { event in
                let stores = [("graph", "events.neo4j"), ("vectors", "events.qdrant")].filter { _, queue in
                    event["stored_at"]?[queue] != nil
                }
                return ["event_id", "type", "user_id", "product_id"].map(event.text)
                    + [stores.map(\.0).joined(separator: ", ")]
            })
    }

    private func lines(of table: TextTable) -> [String] {
        table.rows.isEmpty ? [] : table.text.split(separator: "\n").map(String.init)
    }
}

extension JSONValue {
    fileprivate subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    fileprivate func list(_ name: String) -> [JSONValue] {
        if case .array(let values)? = self[name] { values } else { [] }
    }

    /// A member that is a text; `-` for any other.
    fileprivate func text(_ name: String) -> String {
        if case .string(let text)? = self[name] { text } else { "-" }
    }

    /// A member that is a whole number; `-` for any other.
    fileprivate func count(_ name: String) -> String {
        if case .integer(let count)? = self[name] { String(count) } else { "-" }
    }

    fileprivate var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}

extension Double {
    /// Seconds as people read them.
    fileprivate var span: String { Duration.seconds(isFinite ? Swift.min(Swift.max(0, self), 1e9) : 0).shown }
}
