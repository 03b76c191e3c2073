/// A message of a client. A value; safe to use from any thread.
public enum Request: Sendable, Hashable {
    /// The first message.
    case hello(Hello)
    /// Who the client is, from 5.1 on.
    case logon(Authentication)
    /// Makes room for another login, from 5.1 on.
    case logoff
    /// Which of its ways to run queries the client uses, from 5.4 on.
    case telemetry(TelemetryAPI)
    /// Asks for the servers of a cluster.
    case route(Route)
    /// Begins a transaction.
    case begin(TransactionOptions)
    /// Runs a query: in a transaction of its own with these options, or in the one that BEGIN began with nil.
    case run(query: String, parameters: BoltMap, options: TransactionOptions?)
    /// Asks for records.
    case pull(Demand)
    /// Gives records up.
    case discard(Demand)
    /// Commits the transaction.
    case commit
    /// Takes the transaction back.
    case rollback
    /// Takes back what is under way, and makes the connection usable after a failure.
    case reset
    /// Says that the client goes; no answer follows.
    case goodbye

    /// What HELLO says.
    public struct Hello: Sendable, Hashable {
        /// Who the client is, as a program.
        public var client: ClientIdentity
        /// Who the client is, as a user; sent in HELLO before 5.1.
        public var authentication: Authentication
        /// The query of the URI and the address, for a client that asks for routing tables; nil for one that does not.
        public var routing: BoltMap?
        /// Which notifications the server adds; nil leaves it to the server.
        public var notifications: NotificationFilter?

        /// Makes what HELLO says.
        ///
        /// - Parameters:
        ///   - client: Who the client is, as a program.
        ///   - authentication: Who the client is, as a user.
        ///   - routing: The query of the URI and the address; nil without routing.
        ///   - notifications: Which notifications the server adds.
        public init(
            client: ClientIdentity, authentication: Authentication, routing: BoltMap? = nil,
            notifications: NotificationFilter? = nil
        ) {
            self.client = client
            self.authentication = authentication
            self.routing = routing
            self.notifications = notifications
        }
    }

    /// Which of a client's ways to run queries is used.
    public enum TelemetryAPI: Int, Sendable {
        /// Transactions that the client repeats.
        case managedTransaction = 0
        /// Transactions that the application begins and ends.
        case explicitTransaction = 1
        /// Queries in transactions of their own.
        case autoCommit = 2
        /// One call that does all.
        case executeQuery = 3
    }

    /// What ROUTE says.
    public struct Route: Sendable, Hashable {
        /// The query of the URI and the address.
        public var routing: BoltMap
        /// What the table must know of.
        public var bookmarks: [String]
        /// The database; nil asks for the user's own.
        public var database: String?
        /// The user as whom transactions will run; nil for the one who logged on.
        public var impersonatedUser: String?

        /// Makes what ROUTE says.
        ///
        /// - Parameters:
        ///   - routing: The query of the URI and the address.
        ///   - bookmarks: What the table must know of.
        ///   - database: The database; nil asks for the user's own.
        ///   - impersonatedUser: The user as whom transactions will run.
        public init(
            routing: BoltMap = [:], bookmarks: [String] = [], database: String? = nil, impersonatedUser: String? = nil
        ) {
            self.routing = routing
            self.bookmarks = bookmarks
            self.database = database
            self.impersonatedUser = impersonatedUser
        }
    }

    /// How many records of which result.
    public struct Demand: Sendable, Hashable {
        /// How many records at most; nil for all.
        public var count: Int?
        /// The result, by the server's number (``RunSummary/queryID``); nil for the last.
        public var queryID: Int?

        /// Makes a demand.
        ///
        /// - Parameters:
        ///   - count: How many records at most, at least one; nil for all.
        ///   - queryID: The result, by the server's number; nil for the last.
        public init(count: Int? = nil, queryID: Int? = nil) {
            self.count = count
            self.queryID = queryID
        }
    }

    /// The message's name, such as `RUN`.
    public var name: String {
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
        case .goodbye: "GOODBYE"
        }
    }
}
