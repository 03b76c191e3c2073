import Events
import JSON
package import Platform

/// What became of each letter of a replay: a file with one JSON object a line, that is there before a letter leaves the
/// dead-letter queue. A replay that was interrupted goes on by it.
package struct ReplayRecord: Sendable {
    /// What happened to a letter.
    package enum Outcome: String, Sendable, Hashable {
        /// It lies in its work queue.
        case sent
        /// The broker did not take it; it stays a letter.
        case refused
        /// Nothing tells where it failed; it stays a letter.
        case unroutable
        /// A canary that its store has applied.
        case applied
        /// A canary that became a dead letter again.
        case failedAgain = "failed_again"
    }

    /// Names the replay.
    package let id: String
    /// Where the record is.
    package let path: String

    /// The record of that replay in `directory`, which is made if it is missing.
    package init(id: String, directory: String) throws(SystemError) {
        try FileSystem.createDirectory(directory)
        self.id = id
        path = "\(directory)/\(id).ndjson"
    }

    /// Adds lines, and returns when they are on the disk.
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
