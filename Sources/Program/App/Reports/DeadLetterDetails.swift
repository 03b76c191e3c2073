package import DeadLetters
import Events
import JSON
import Messaging

/// One dead letter in full: its body, the cause, and every attempt.
package struct DeadLetterDetails: Report, Sendable {
    private let letter: DeadLetter

    package init(_ letter: DeadLetter) {
        self.letter = letter
    }

    /// The same object as in the answer to `GET /dlq/{id}`.
    package var json: [UInt8] { letter.json.bytes }

    /// A table with a row per attempt, and the body.
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
            + String(decoding: letter.message.readableBody, as: UTF8.self) + "\n"
    }
}
