import Bytes

/// A message of a server. A value; safe to use from any thread.
public enum Response: Sendable, Hashable {
    /// A request was done, with what the server tells about it.
    case success(BoltMap)
    /// A record of a result: a value per field.
    case record([BoltValue])
    /// A request was not looked at, because an earlier one failed or a later RESET overtook it.
    case ignored
    /// A request was refused or has failed.
    case failure(BoltFailure)

    /// The message's name, such as `SUCCESS`.
    public var name: String {
        switch self {
        case .success: "SUCCESS"
        case .record: "RECORD"
        case .ignored: "IGNORED"
        case .failure: "FAILURE"
        }
    }

    init(_ bytes: Span<UInt8>, _ reader: inout PackStreamReader) throws(BoltWireError) {
        let (count, tag) = try reader.structureStart(bytes)
        switch (tag, count) {
        case (MessageTag.success, 1): self = .success(try reader.map(bytes, depth: 1))
        case (MessageTag.record, 1):
            let fields = try reader.listCount(bytes)
            self = .record(try reader.values(bytes, count: fields, depth: 1))
        case (MessageTag.ignored, _):
            // Without fields, as it is documented; with a map in older servers.
            _ = try reader.values(bytes, count: count, depth: 0)
            self = .ignored
        case (MessageTag.failure, 1): self = .failure(try BoltFailure(try reader.map(bytes, depth: 1)))
        default: throw .malformed("a server's message with the tag \(tag) and \(count) fields")
        }
    }
}
