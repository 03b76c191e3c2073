/// A request that was sent and not answered.
struct Pending: Sendable {
    enum Kind: Sendable, Hashable {
        case hello
        case logon
        case logoff
        case telemetry
        case route
        case begin
        case run
        /// Asks for at most `count` records of the result of the query `of`; nil for all.
        case pull(of: RequestID, count: Int?)
        case discard(of: RequestID, count: Int?)
        case commit
        case rollback
        case reset

        /// Whether it may fail and leave the connection open. TELEMETRY fails for numbers only that are never sent.
        var mayFail: Bool {
            switch self {
            case .hello, .logon, .logoff, .telemetry, .reset: false
            case .route, .begin, .run, .pull, .discard, .commit, .rollback: true
            }
        }

        var name: String {
            switch self {
            case .hello: "HELLO"
            case .logon: "LOGON"
            case .logoff: "LOGOFF"
            case .telemetry: "TELEMETRY"
            case .route: "ROUTE"
            case .begin: "BEGIN"
            case .run: "RUN"
            case .pull: "PULL"
            case .discard: "DISCARD"
            case .commit: "COMMIT"
            case .rollback: "ROLLBACK"
            case .reset: "RESET"
            }
        }
    }

    let id: RequestID
    let kind: Kind
    /// Whether the server may commit something because of it.
    let mayCommit: Bool
}

/// A result that a query has, or will have.
struct OpenResult: Sendable {
    let query: RequestID
    let mayCommit: Bool
    /// The server's number, and how many values each record has; nil before RUN is answered.
    var queryID: Int?
    var fieldCount: Int?
    /// Whether a PULL or DISCARD is under way.
    var isDemanded = false
    /// Whether nothing of it will be left, since all was asked for.
    var isEnding = false
}
