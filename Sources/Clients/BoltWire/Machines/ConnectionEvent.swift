/// What a server's messages mean for the client. A value; safe to use from any thread.
public enum ConnectionEvent: Sendable, Hashable {
    /// The client is logged on, and requests may be sent.
    case opened(ServerGreeting)
    /// The server refused the client before it was logged on. The connection is of no use any more.
    case refused(BoltFailure)
    /// A record that a PULL asked for: as many values as its query's result has fields.
    case record([BoltValue], of: RequestID)
    /// A request was done.
    case succeeded(RequestID, Answer)
    /// A request was refused or has failed. What was sent behind it is ignored, until a RESET.
    case failed(RequestID, BoltFailure)
    /// A request was not looked at: an earlier one failed for this reason, or (nil) a later RESET overtook it.
    case ignored(RequestID, because: BoltFailure?)

    /// What a server tells about a request that was done.
    public enum Answer: Sendable, Hashable {
        /// Nothing: LOGON, LOGOFF, TELEMETRY, ROLLBACK, RESET.
        case done
        /// BEGIN, with the database where the client named none (5.8).
        case begun(database: String?)
        /// RUN.
        case running(RunSummary)
        /// PULL or DISCARD.
        case result(ResultSummary)
        /// COMMIT, with what later transactions name to see this one; nil where the server has no bookmarks.
        case committed(bookmark: String?)
        /// ROUTE.
        case table(RoutingTable)
    }
}
