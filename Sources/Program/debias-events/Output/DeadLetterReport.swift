import App
import DeadLetters
import Events
import Messaging

/// Letters for terminals.
extension DeadLetterReport {
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
            rows: groups.map { group in
                [
                    group.fingerprint, "\(group.count)", group.queue ?? "?", group.reason?.rawValue ?? "?",
                    group.first.map { "\($0)" } ?? "?", group.last.map { "\($0)" } ?? "?", group.sample.id,
                    group.sample.error.line(upTo: 80),
                ]
            }
        ).text
    }
}

extension DeadLetter {
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
