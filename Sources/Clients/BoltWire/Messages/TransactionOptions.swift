/// What BEGIN, or a RUN outside of a transaction, says of the transaction. A value; safe to use from any thread.
public struct TransactionOptions: Sendable, Hashable {
    /// Whether the transaction may write.
    public enum Mode: Sendable, Hashable {
        /// It may read and write.
        case write
        /// It reads; a write is refused by the server (`Neo.ClientError.Statement.AccessMode`).
        case read
    }

    /// Whether the transaction may write.
    public var mode: Mode
    /// The database; nil stands for the user's own.
    public var database: String?
    /// What the transaction must see: bookmarks of earlier ones.
    public var bookmarks: [String]
    /// How long the server lets the transaction run; nil stands for the server's setting, zero and less for no limit.
    public var timeout: Duration?
    /// What the server's lists of transactions show beside this one.
    public var metadata: BoltMap
    /// The user as whom the transaction runs; nil stands for the one who logged on.
    public var impersonatedUser: String?
    /// Which notifications the server adds; nil stands for what HELLO said.
    public var notifications: NotificationFilter?

    /// Makes options.
    ///
    /// - Parameters:
    ///   - mode: Whether the transaction may write.
    ///   - database: The database; nil stands for the user's own.
    ///   - bookmarks: Bookmarks of what the transaction must see.
    ///   - timeout: How long the server lets the transaction run; nil stands for the server's setting.
    ///   - metadata: What the server's lists of transactions show.
    ///   - impersonatedUser: The user as whom the transaction runs.
    ///   - notifications: Which notifications the server adds.
    public init(
        mode: Mode = .write, database: String? = nil, bookmarks: [String] = [], timeout: Duration? = nil,
        metadata: BoltMap = [:], impersonatedUser: String? = nil, notifications: NotificationFilter? = nil
    ) {
        self.mode = mode
        self.database = database
        self.bookmarks = bookmarks
        self.timeout = timeout
        self.metadata = metadata
        self.impersonatedUser = impersonatedUser
        self.notifications = notifications
    }

    /// The timeout in whole milliseconds. A server takes zero for no limit, so what is left of a millisecond counts as one.
    var timeoutMilliseconds: Int? {
        guard let timeout else { return nil }
        guard timeout > .zero else { return 0 }
        let (seconds, attoseconds) = timeout.components
        let (whole, isOverflow) = Int(seconds).multipliedReportingOverflow(by: 1_000)
        guard !isOverflow else { return .max }
        let part = Int(attoseconds / 1_000_000_000_000_000)
        return max(1, whole.addingReportingOverflow(part).overflow ? .max : whole + part)
    }
}
