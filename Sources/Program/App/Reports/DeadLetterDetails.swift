package import DeadLetters
import Events
import JSON
import Messaging

/// One dead letter whole: its body, why it is here, and every attempt.
package struct DeadLetterDetails: Report, Sendable {
    private let letter: DeadLetter

    /// Everything about that letter.
    package init(_ letter: DeadLetter) {
        self.letter = letter
    }

    /// As `GET /dlq/{id}` answers.
    package var json: [UInt8] { letter.json.bytes }

    /// A table, a row for each attempt, and the body.
    package var text: String {
        var rows: [[String]] = [
            ["letter", letter.id], ["event", letter.eventID.map { "\($0)" } ?? "?"], ["queue", letter.queue ?? "?"],
            ["class", letter.reason?.rawValue ?? "?"], ["error", letter.error], ["attempts", "\(letter.attempts)"],
            ["first failed", letter.firstFailedAt.map { "\($0)" } ?? "?"],
            ["given up", letter.lastFailedAt.map { "\($0)" } ?? "?"],
            ["worker", letter.isFromBroker ? "(by the broker)" : letter.worker], ["group", letter.fingerprint],
        ]
        for entry in FailureHistory(letter.message.properties.headers).entries {
            rows.append(["attempt", "\(Timestamp(microseconds: entry.at))  \(entry.worker)  \(entry.error)"])
        }
        return TextTable(columns: [.left, .left], rows: rows).text + "\n"
            + String(decoding: letter.message.body, as: UTF8.self) + "\n"
    }
}
