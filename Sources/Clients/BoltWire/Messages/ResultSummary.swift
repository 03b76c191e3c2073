/// What a server answers to PULL and DISCARD. A value; safe to use from any thread.
public struct ResultSummary: Sendable, Hashable {
    /// What a query does.
    public enum QueryType: String, Sendable {
        /// It reads.
        case read = "r"
        /// It writes.
        case write = "w"
        /// It reads and writes.
        case readWrite = "rw"
        /// It changes the schema.
        case schema = "s"
    }

    /// Whether records are left, which another PULL or DISCARD asks for. All that follows is then not told yet.
    public var hasMore: Bool
    /// What later transactions name to see this one; of a transaction of the query's own only.
    public var bookmark: String?
    /// What the query does; nil where the server does not say.
    public var type: QueryType?
    /// How long the whole result took, in whole milliseconds; nil where the server does not say.
    public var consumedAfter: Int?
    /// What the query changed; nil where it changed nothing.
    public var counters: UpdateCounters?
    /// The database; nil where the server does not say.
    public var database: String?
    /// Warnings and hints, before 5.6.
    public var notifications: [BoltMap]
    /// The state of the result by the GQL standard with warnings and hints, from 5.6 on.
    public var statuses: [ResultStatus]
    /// All that the server told, such as `plan` and `profile`.
    public var metadata: BoltMap

    init(_ metadata: BoltMap) {
        hasMore = metadata["has_more"] == true
        bookmark = metadata["bookmark"]?.string
        type = metadata["type"]?.string.flatMap { QueryType(rawValue: $0) }
        consumedAfter = metadata["t_last"]?.integer
        counters = metadata["stats"]?.map.map { UpdateCounters($0) }
        database = metadata["db"]?.string
        notifications = metadata["notifications"]?.list?.compactMap(\.map) ?? []
        statuses = metadata["statuses"]?.list?.compactMap(\.map).map { ResultStatus($0) } ?? []
        self.metadata = metadata
    }
}

/// A state of a result, or a warning about it, by the GQL standard (5.6). A value; safe to use from any thread.
public struct ResultStatus: Sendable, Hashable {
    /// The status, such as `00000` for success and `02000` for no data.
    public var gqlStatus: String
    /// The status in words.
    public var description: String
    /// Neo4j's code of a warning or hint; nil for a plain status.
    public var code: String?
    /// The warning or hint in a few words; nil for a plain status.
    public var title: String?
    /// What else is known, such as the severity and the place in the query.
    public var diagnosticRecord: BoltMap

    init(_ map: BoltMap) {
        gqlStatus = map["gql_status"]?.string ?? ""
        description = map["status_description"]?.string ?? ""
        code = map["neo4j_code"]?.string
        title = map["title"]?.string
        diagnosticRecord = map["diagnostic_record"]?.map ?? [:]
    }
}
