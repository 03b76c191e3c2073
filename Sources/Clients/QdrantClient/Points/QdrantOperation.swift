public import JSON

/// A change of points, of which each is applied as a whole or, on several shards, repeated until it is. A value; safe to
/// use from any thread.
public enum QdrantOperation: Sendable {
    /// Which points an upsert may write.
    public enum UpsertMode: String, Sendable, Hashable {
        /// New ones, and those that are there, which are replaced.
        case upsert
        /// New ones alone; those that are there stay as they are.
        case insertOnly = "insert_only"
        /// Those alone that are there.
        case updateOnly = "update_only"
    }

    /// The points that a change is about.
    public enum Selection: Sendable, Hashable {
        /// Those with these ids.
        case ids([QdrantPointID])
        /// Those for which the filter holds.
        case matching(QdrantFilter)
    }

    /// Writes points whole, vectors and payloads. With a condition, a point that is there is replaced only where the
    /// condition holds for what it has been; a missing one is inserted all the same, unless the mode is `.updateOnly`.
    /// The answer does not tell which points were written: read back.
    case upsert(QdrantPoints, mode: UpsertMode = .upsert, condition: QdrantFilter? = nil)
    /// Deletes points.
    case delete(Selection)
    /// Sets these keys of the payload. A value that is null removes its key.
    case setPayload([String: JSONValue], Selection)
    /// Replaces the payload as a whole.
    case overwritePayload([String: JSONValue], Selection)
    /// Removes keys of the payload.
    case deletePayload(keys: [String], Selection)
    /// Removes the payload.
    case clearPayload(Selection)
    /// Replaces the vectors of points that are there. Payloads of the points are left out.
    case updateVectors([(id: QdrantPointID, vector: [Float])])
}

extension QdrantOperation {
    /// The name within a batch.
    var name: String {
        switch self {
        case .upsert: "upsert"
        case .delete: "delete"
        case .setPayload: "set_payload"
        case .overwritePayload: "overwrite_payload"
        case .deletePayload: "delete_payload"
        case .clearPayload: "clear_payload"
        case .updateVectors: "update_vectors"
        }
    }

    /// Whether Qdrant would refuse the operation for being about no points.
    var isEmpty: Bool {
        switch self {
        case .upsert(let points, _, _): points.count == 0
        case .updateVectors(let points): points.isEmpty
        default: false
        }
    }

    func write(_ json: inout JSONWriter) throws(QdrantError) {
        try json.object { json throws(QdrantError) in
            switch self {
            case .upsert(let points, let mode, let condition):
                points.write(&json)
                if mode != .upsert { json.member("update_mode", mode.rawValue) }
                if let condition {
                    json.key("update_filter")
                    try condition.write(&json)
                }
            case .delete(let selection), .clearPayload(let selection): try selection.write(&json)
            case .setPayload(let payload, let selection), .overwritePayload(let payload, let selection):
                json.member("payload", .object(payload))
                try selection.write(&json)
            case .deletePayload(let keys, let selection):
                json.member("keys", .array(keys.map { .string($0) }))
                try selection.write(&json)
            case .updateVectors(let points): try Self.write(points, &json)
            }
        }
    }

    private static func write(
        _ points: [(id: QdrantPointID, vector: [Float])], _ json: inout JSONWriter
    ) throws(QdrantError) {
        json.key("points")
        try json.array { json throws(QdrantError) in
            for (id, vector) in points {
                guard QdrantVector.isFinite(vector.span) else {
                    throw QdrantError(.unencodable, "the vector of point \(id) has a number that is not finite")
                }
                json.object { json in
                    json.key("id")
                    json.pointID(id)
                    json.key("vector")
                    json.floats(vector.span)
                }
            }
        }
    }
}

extension QdrantOperation.Selection {
    func write(_ json: inout JSONWriter) throws(QdrantError) {
        switch self {
        case .ids(let ids):
            json.key("points")
            json.pointIDs(ids)
        case .matching(let filter):
            // By an empty filter, every point of the collection would be meant: one that was forgotten looks the same.
            guard !filter.isEmpty else {
                throw QdrantError(.unencodable, "a change of all points that an empty filter selects is refused")
            }
            json.key("filter")
            try filter.write(&json)
        }
    }
}
