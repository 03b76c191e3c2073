package import Events
package import JSON

/// What an erasure has removed, and what it could not look at.
package struct ErasureReport: Sendable, Hashable {
    /// The places in which something of a user lies.
    package enum Part: String, Sendable, Hashable, CaseIterable {
        case graph
        case profiles
        case deadLetters = "dead_letters"
        case archive
    }

    package let userID: Int64
    /// What was received until then does not come back.
    package let receivedUntil: Timestamp
    /// Interactions of the graph.
    package internal(set) var interactions = 0
    /// Interactions of the profile store.
    package internal(set) var vectors = 0
    /// 1 if the user had a profile.
    package internal(set) var profiles = 0
    /// Letters of the dead-letter queue.
    package internal(set) var deadLetters = 0
    /// Letters of the archive.
    package internal(set) var archivedLetters = 0
    /// Letters, in the queue and the archive, of which nobody can tell whose they are. They are still there.
    package internal(set) var lettersOfUnknownUsers = 0
    /// Why parts were not done, or not wholly; another erasure does the rest. Empty after a success.
    package internal(set) var failures: [Part: String] = [:]

    init(userID: Int64, receivedUntil: Timestamp) {
        self.userID = userID
        self.receivedUntil = receivedUntil
    }

    mutating func note<Value>(
        _ part: Part, _ result: Result<Value, any Error>, _ success: (inout ErasureReport, Value) -> Void
    ) {
        switch result {
        case .success(let value): success(&self, value)
        case .failure(let error): failures[part] = "\(error)"
        }
    }

    /// What failed, as a sentence; nil after a success.
    package var failure: String? {
        let lines = Part.allCases.compactMap { part in failures[part].map { "\(part.rawValue): \($0)" } }
        guard !lines.isEmpty else { return nil }
        return "user \(userID) is not wholly erased, and erasing again does the rest: \(lines.joined(separator: "; "))"
    }

    /// One JSON object: the user, the time, what was `removed` by kind, and `failures` by part where there are any.
    package var json: JSONWriter {
        var json = JSONWriter()
        json.object { json in
            json.member("user_id", userID)
            json.member("received_until", receivedUntil)
            json.key("removed")
            json.object { json in
                json.member("interactions", interactions)
                json.member("vectors", vectors)
                json.member("profiles", profiles)
                json.member("dead_letters", deadLetters)
                json.member("archived_letters", archivedLetters)
            }
            json.member("letters_of_unknown_users", lettersOfUnknownUsers)
            if failures.isEmpty { return }
            json.key("failures")
            json.object { json in
                for part in Part.allCases {
                    if let failure = failures[part] { json.member(part.rawValue, failure) }
                }
            }
        }
        return json
    }
}
