import Events
import JSON
package import Platform

/// Records the outcome of each letter of a replay, in a file with one JSON object per line. A line is on disk before
/// its letter leaves the dead-letter queue, so that an interrupted replay can continue.
package struct ReplayRecord: Sendable {
    /// The outcome of one letter.
    package enum Outcome: String, Sendable, Hashable {
        /// The work queue holds the event.
        case sent
        /// The broker did not take the event, which stays a letter.
        case refused
        /// The queue in which it failed is unknown, so it stays a letter.
        case unroutable
        /// The edit does not fit it, or makes no valid event of it, so it stays a letter.
        case unfit
        /// The store has applied this canary.
        case applied
        /// This canary became a dead letter again.
        case failedAgain = "failed_again"
    }

    package let id: String
    package let path: String

    /// Opens the record of that replay in `directory`, which is created if it is missing.
    package init(id: String, directory: String) throws(SystemError) {
        try FileSystem.createDirectory(directory)
        self.id = id
        path = "\(directory)/\(id).ndjson"
    }

    /// Adds lines and returns when they are on disk.
    func add(_ letters: [(letter: DeadLetter, outcome: Outcome)], at moment: Timestamp) throws(SystemError) {
        guard !letters.isEmpty else { return }
        var bytes: [UInt8] = []
        for (letter, outcome) in letters {
            var json = JSONWriter()
            json.object { json in
                json.member("letter", letter.id)
                if let id = letter.eventID { json.member("event_id", id) }
                if let queue = letter.queue { json.member("queue", queue) }
                json.member("outcome", outcome.rawValue)
                json.member("at", moment)
            }
            bytes += json.bytes + [UInt8(ascii: "\n")]
        }
        try FileSystem.append(bytes, to: path)
        try FileSystem.synchronize(path)
    }

    /// The letters that were sent so far; an unfinished last line does not count.
    package func sent() throws(SystemError) -> Set<String> {
        guard FileSystem.exists(path) else { return [] }
        var letters: Set<String> = []
        for line in try FileSystem.contents(of: path).split(separator: UInt8(ascii: "\n")) {
            guard case .object(let fields)? = try? JSONValue(parsing: Array(line)),
                case .string(let letter) = fields["letter"], fields["outcome"] == .string(Outcome.sent.rawValue)
            else { continue }
            letters.insert(letter)
        }
        return letters
    }
}
