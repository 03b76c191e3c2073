package import JSON

extension Replay {
    /// `{"would_send": {queue: n}}` of a dry run.
    package static func json(ofDryRun counts: [String: Int]) -> JSONWriter {
        var json = JSONWriter()
        json.object { json in
            json.key("would_send")
            json.object { json in
                for (queue, count) in counts.sorted(by: { $0.key < $1.key }) { json.member(queue, count) }
            }
        }
        return json
    }
}

extension Replay.Summary {
    /// The summary as one JSON object.
    ///
    /// - Parameter path: The path of the record; nil for clients that cannot read it there.
    package func json(replay: String, recordedIn path: String? = nil) -> JSONWriter {
        var json = JSONWriter()
        json.object { json in
            json.member("replay", replay)
            if let path { json.member("record", path) }
            json.member("matched", matched)
            json.member("sent", sent)
            json.member("kept", kept)
            if let stopped { json.member("stopped", stopped) }
        }
        return json
    }
}
