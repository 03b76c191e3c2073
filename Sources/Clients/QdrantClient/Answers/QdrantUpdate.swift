/// What became of a change. A value; safe to use from any thread.
public struct QdrantUpdate: Sendable, Hashable {
    /// The number of the change in its shard; nil where the server does not say it.
    public let operationID: UInt64?
    /// Whether the change is applied; false where it was not waited for and is only in the server's log.
    public let isApplied: Bool
}

extension QdrantAnswerReader {
    /// Of a change that was to be waited for, everything but `completed` is an error.
    mutating func update(waits: Bool) throws(QdrantError) -> QdrantUpdate {
        var number: UInt64?
        var status: String?
        try object { reader, key throws(QdrantError) in
            switch key {
            case "operation_id": number = try reader.skipNull() ? nil : reader.unsigned()
            case "status": status = try reader.string()
            default: try reader.skip()
            }
        }
        guard let status else { throw malformed("a change without status") }
        guard status == "completed" || status == "acknowledged" && !waits else {
            throw notApplied("the server answers \(status.prefix(100)) and has not applied the change yet")
        }
        return QdrantUpdate(operationID: number, isApplied: status == "completed")
    }

    mutating func updates(_ count: Int, waits: Bool) throws(QdrantError) -> [QdrantUpdate] {
        let updates = try array { reader throws(QdrantError) in try reader.update(waits: waits) }
        guard updates.count == count else {
            throw notApplied("the server answers for \(updates.count) of \(count) operations")
        }
        return updates
    }
}
