import Events
package import JSON
import Messaging

extension DeadLetterReport {
    /// `{"matching": n, "total": n, "letters": [...]}`, without bodies.
    package var lettersJSON: JSONWriter {
        var json = JSONWriter()
        json.object { json in
            json.member("matching", matching)
            json.member("total", total)
            json.key("letters")
            json.array { json in
                for letter in letters { letter.write(to: &json, withBody: false) }
            }
        }
        return json
    }

    /// `{"matching": n, "total": n, "groups": [...]}`, each group with a sample letter without its body.
    package var groupsJSON: JSONWriter {
        var json = JSONWriter()
        json.object { json in
            json.member("matching", matching)
            json.member("total", total)
            json.key("groups")
            json.array { json in
                for group in groups {
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
    /// The letter as one JSON object, with body and history.
    package var json: JSONWriter {
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
            LetterFile.write(message, to: &json)
            if message.isBodyLeftOut { json.member("body_left_out", true) }
        }
    }
}
