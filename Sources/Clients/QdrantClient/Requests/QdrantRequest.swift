public import HTTPMessages
import JSON

/// One request of Qdrant's REST API, as bytes, and the way in which its answer is read.
///
/// A request is made by one of the static functions, sent by ``QdrantDriver/send(_:within:)``, and may be sent again: the
/// values that it was made of are in ``body`` already. What is wrong with them is told when the request is sent.
///
/// ```swift
/// let count = try await qdrant.send(.count(in: "interactions", where: QdrantFilter(must: [.match("user_id", 42)])))
/// ```
///
/// A value; safe to use from any thread.
public struct QdrantRequest<Answer: Sendable>: Sendable {
    /// The method.
    public let method: HTTPMethod
    /// The path behind the address of the server, percent-encoded, with its query.
    public internal(set) var path: String
    /// The JSON to send; empty for none.
    public let body: [UInt8]
    /// Whether the request changes nothing on the server.
    public let isRead: Bool
    /// Whether a driver may send the request again by itself when the connection broke or the server had trouble. True for
    /// reads and for changes of points, which come to the same when they are done twice; set it to false where another
    /// writer's change in between must not be written over.
    public var isRepeatable: Bool
    /// Why the request cannot be sent.
    let failure: QdrantError?
    let read: @Sendable (inout QdrantAnswerReader) throws(QdrantError) -> Answer

    /// Reads what a server has answered.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - body: The body.
    ///   - retryAfter: How long the server asks to wait.
    /// - Returns: The answer.
    /// - Throws: ``QdrantError`` for every status but those from 200 to 299, with the server's own text; with `.notApplied`
    ///   for a change that is not done, and with `.malformedAnswer` for what Qdrant would not have sent.
    public func decode(
        _ status: HTTPStatus, _ body: [UInt8], retryAfter: Duration? = nil
    ) throws(QdrantError) -> Answer {
        guard status.isSuccess else { throw refusal(status, body, retryAfter) }
        var reader = QdrantAnswerReader(body, name)
        do throws(QdrantError) {
            return try read(&reader)
        } catch {
            // A 200 of which not all was understood says nothing certain about a change.
            throw isRead || error.isOutcomeUnknown
                ? error : QdrantError(error.code, error.message, status: status.code, isOutcomeUnknown: true)
        }
    }

    /// Method and path without query, for messages.
    var name: String { "\(method) \(path.prefix { $0 != "?" })" }
}

/// How a write is to be carried out.
public struct QdrantWriteOptions: Sendable, Hashable {
    /// In which order writes are carried out on a cluster.
    public enum Ordering: String, Sendable, Hashable {
        /// In any order: what Qdrant does by default.
        case weak
        /// Through a leader, which may change.
        case medium
        /// Through the permanent leader: the same order on all replicas.
        case strong
    }

    /// Whether the answer comes only when the change is applied; true by default. Without, an answer of Qdrant says only that
    /// the change is in its log, and later errors are told to nobody.
    public var waits: Bool
    /// In which order writes are carried out; nil for the server's default.
    public var ordering: Ordering?
    /// After how many seconds the server ends its wait by itself; nil, the default: with the time of the driver. A change that
    /// is not applied by then is an error with `.notApplied` and is applied later.
    public var serverTimeout: UInt32?

    /// Makes options.
    ///
    /// - Parameters:
    ///   - waits: Whether the answer comes only when the change is applied.
    ///   - ordering: In which order writes are carried out.
    ///   - serverTimeout: After how many seconds the server ends its wait by itself.
    public init(waits: Bool = true, ordering: Ordering? = nil, serverTimeout: UInt32? = nil) {
        self.waits = waits
        self.ordering = ordering
        self.serverTimeout = serverTimeout
    }

    var query: [(String, String)] {
        var query = [("wait", waits ? "true" : "false")]
        if let ordering { query.append(("ordering", ordering.rawValue)) }
        if let serverTimeout { query.append(("timeout", "\(serverTimeout)")) }
        return query
    }
}

/// How a read is to be carried out.
public struct QdrantReadOptions: Sendable, Hashable {
    /// How many replicas of a cluster have to agree.
    public enum Consistency: Sendable, Hashable {
        /// All of them.
        case all
        /// More than half of all; points are taken from those that agree.
        case majority
        /// More than half of those that answer.
        case quorum
        /// This many.
        case replicas(UInt32)
    }

    /// How many replicas have to agree; nil for the server's default, which is one.
    public var consistency: Consistency?
    /// After how many seconds the server gives up; nil for the server's default.
    public var serverTimeout: UInt32?

    /// Makes options.
    ///
    /// - Parameters:
    ///   - consistency: How many replicas have to agree.
    ///   - serverTimeout: After how many seconds the server gives up.
    public init(consistency: Consistency? = nil, serverTimeout: UInt32? = nil) {
        self.consistency = consistency
        self.serverTimeout = serverTimeout
    }

    var query: [(String, String)] {
        var query: [(String, String)] = []
        switch consistency {
        case .all: query.append(("consistency", "all"))
        case .majority: query.append(("consistency", "majority"))
        case .quorum: query.append(("consistency", "quorum"))
        case .replicas(let count): query.append(("consistency", "\(count)"))
        case nil: break
        }
        if let serverTimeout { query.append(("timeout", "\(serverTimeout)")) }
        return query
    }
}
