package import JSON
import Messaging

/// What a replay would send.
package struct ReplayPreview: Sendable {
    /// A letter as it is, and as it would be sent.
    package struct Change: Sendable, Hashable {
        package var letter: String
        package var before: String
        /// The body after the edit, or why it would not be sent.
        package var after: Result<String, Failure>
    }

    /// Why a letter would stay.
    package struct Failure: Error, Hashable {
        package let text: String
    }

    /// How many changes, and how many failures, are shown.
    static let shown = 3

    /// The letters that would be sent, by work queue.
    package private(set) var counts: [String: Int] = [:]
    /// The letters that the edit does not fit.
    package private(set) var unfit = 0
    /// The first changes and the first failures.
    package private(set) var changes: [Change] = []
    private var sent = 0

    mutating func add(_ letter: DeadLetter, after body: [UInt8]?) {
        counts[letter.queue ?? "", default: 0] += 1
        sent += 1
        guard let body, sent <= Self.shown else { return }
        changes.append(Change(letter, .success(String(decoding: body, as: UTF8.self))))
    }

    mutating func add(_ letter: DeadLetter, _ failure: String) {
        unfit += 1
        guard unfit <= Self.shown else { return }
        changes.append(Change(letter, .failure(Failure(text: failure))))
    }

    /// `{"would_send": {queue: n}}`, and for an edit `unfit` and `changes`.
    package var json: JSONWriter {
        var json = JSONWriter()
        json.object { json in
            json.key("would_send")
            json.object { json in
                for (queue, count) in counts.sorted(by: { $0.key < $1.key }) { json.member(queue, count) }
            }
            guard !changes.isEmpty else { return }
            json.member("unfit", unfit)
            json.key("changes")
            json.array { json in
                for change in changes {
                    json.object { json in
                        json.member("letter", change.letter)
                        json.member("before", change.before)
                        switch change.after {
                        case .success(let body): json.member("after", body)
                        case .failure(let failure): json.member("error", failure.text)
                        }
                    }
                }
            }
        }
        return json
    }
}

extension ReplayPreview.Change {
    fileprivate init(_ letter: DeadLetter, _ after: Result<String, ReplayPreview.Failure>) {
        self.letter = letter.id
        before = String(decoding: letter.message.readableBody.prefix(65_536), as: UTF8.self)
        self.after = after
    }
}
