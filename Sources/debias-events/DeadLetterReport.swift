import App
import DeadLetters
import Events
import Messaging

/// Letters for terminals and programs.
struct DeadLetterReport {
    private var letters: [DeadLetter] = []
    private var grouping = DeadLetterGrouping()
    private var matching = 0

    mutating func add(_ letter: DeadLetter, keeping limit: Int) {
        matching += 1
        if letters.count < limit { letters.append(letter) }
        grouping.add(letter)
    }

    var lettersText: String {
        guard matching > 0 else { return "no dead letters\n" }
        let table = TextTable(
            header: ["id", "queue", "class", "attempts", "given up", "type", "user", "product", "error"],
            columns: [.left, .left, .left, .right, .left, .left, .right, .right, .left],
            rows: letters.map { letter in
                [
                    letter.id, letter.queue ?? "?", letter.reason?.rawValue ?? "?", "\(letter.attempts)",
                    letter.lastFailedAt.map { "\($0)" } ?? "?", letter.type ?? "", letter.userID.map { "\($0)" } ?? "",
                    letter.productID.map { "\($0)" } ?? "", letter.error.line(upTo: 80),
                ]
            }
        ).text
        let rest = matching - letters.count
        return rest > 0 ? table + "and \(rest) more: --limit shows more, --group sums up\n" : table
    }

    var groupsText: String {
        guard matching > 0 else { return "no dead letters\n" }
        return TextTable(
            header: ["group", "letters", "queue", "class", "first", "last", "sample", "error"],
            columns: [.left, .right, .left, .left, .left, .left, .left, .left],
            rows: grouping.list.map { group in
                [
                    group.fingerprint, "\(group.count)", group.queue ?? "?", group.reason?.rawValue ?? "?",
                    group.first.map { "\($0)" } ?? "?", group.last.map { "\($0)" } ?? "?", group.sample.id,
                    group.sample.error.line(upTo: 80),
                ]
            }
        ).text
    }

    var lettersJSON: JSONWriter {
        var json = JSONWriter()
        json.object { json in
            json.member("matching", matching)
            json.key("letters")
            json.array { json in
                for letter in letters { letter.write(to: &json, withBody: false) }
            }
        }
        return json
    }

    var groupsJSON: JSONWriter {
        var json = JSONWriter()
        json.object { json in
            json.member("matching", matching)
            json.key("groups")
            json.array { json in
                for group in grouping.list {
                    json.object { json in
                        json.member("group", group.fingerprint)
                        json.member("count", group.count)
                        if let queue = group.queue { json.member("queue", queue) }
                        if let reason = group.reason { json.member("class", reason.rawValue) }
                        if let first = group.first { json.member("first", first) }
                        if let last = group.last { json.member("last", last) }
                        json.key("sample")
                        group.sample.write(to: &json, withBody: false)
                    }
                }
            }
        }
        return json
    }
}

extension DeadLetter {
    var json: JSONWriter {
        var json = JSONWriter()
        write(to: &json, withBody: true)
        return json
    }

    func write(to json: inout JSONWriter, withBody: Bool) {
        json.object { json in
            json.member("id", id)
            if let eventID { json.member("event_id", eventID) }
            if let queue { json.member("queue", queue) }
            if let reason { json.member("class", reason.rawValue) }
            json.member("error", error)
            json.member("attempts", attempts)
            if let firstFailedAt { json.member("first_failed_at", firstFailedAt) }
            if let lastFailedAt { json.member("last_failed_at", lastFailedAt) }
            json.member("worker", worker)
            json.member("group", fingerprint)
            json.member("by_broker", isFromBroker)
            guard withBody else { return }
            json.key("history")
            json.array { json in
                for entry in FailureHistory(message.properties.headers).entries {
                    json.object { json in
                        json.member("at", Timestamp(microseconds: entry.at))
                        json.member("error", entry.error)
                        json.member("worker", entry.worker)
                    }
                }
            }
            // As text, since it need not be JSON.
            json.member("body", String(decoding: message.body, as: UTF8.self))
        }
    }

    /// For people.
    var text: String {
        var rows: [[String]] = [
            ["letter", id], ["event", eventID.map { "\($0)" } ?? "?"], ["queue", queue ?? "?"],
            ["class", reason?.rawValue ?? "?"], ["error", error], ["attempts", "\(attempts)"],
            ["first failed", firstFailedAt.map { "\($0)" } ?? "?"], ["given up", lastFailedAt.map { "\($0)" } ?? "?"],
            ["worker", isFromBroker ? "(by the broker)" : worker], ["group", fingerprint],
        ]
        for entry in FailureHistory(message.properties.headers).entries {
            rows.append(["attempt", "\(Timestamp(microseconds: entry.at))  \(entry.worker)  \(entry.error)"])
        }
        return TextTable(columns: [.left, .left], rows: rows).text + "\n"
            + String(decoding: message.body, as: UTF8.self) + "\n"
    }
}

extension String {
    /// One line of at most so many characters.
    fileprivate func line(upTo count: Int) -> String {
        let line = String(map { $0.isNewline ? " " : $0 })
        return line.count <= count ? line : line.prefix(count - 3) + "..."
    }
}
