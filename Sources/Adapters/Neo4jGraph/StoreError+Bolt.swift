import BoltClient
import BoltWire
import Stores

extension StoreError {
    /// Why the server did not do what was asked.
    init(_ error: BoltError) {
        self.init(Self.code(of: error), Self.text(of: error))
    }

    /// Why the constraints cannot be made: no event is to blame.
    init(schema error: BoltError) {
        let code = Self.code(of: error)
        self.init(
            code == .rejected ? .unavailable : code, "the graph's constraints cannot be made: \(Self.text(of: error))")
    }

    /// The constraints' names belong to something else, which Neo4j takes for the constraints themselves.
    init(takenNames names: [String]) {
        self.init(
            .unavailable,
            "the graph's constraints cannot be made: other constraints have the names \(names.joined(separator: ", ")); "
                + "drop or rename them (SHOW CONSTRAINTS)")
    }

    /// Indexes that are not there: their names belong to something else, or building them over a large graph takes long.
    init(unreadyIndexes names: [String]) {
        self.init(
            .unavailable,
            "the graph's indexes are not ready: \(names.joined(separator: ", ")); they are being built, or something else "
                + "has the names (SHOW INDEXES)")
    }

    private static func code(of error: BoltError) -> Code {
        switch error.code {
        case .closed: return .closed
        case .unencodable, .tooManyRecords: return .rejected
        case .failed: break
        default: return .unavailable
        }
        guard let failure = error.failure else { return .unavailable }
        let code = failure.code
        // A server without memory, a database that starts, a leader that is not elected: no event is to blame for them.
        if code.hasPrefix("Neo.TransientError.Transaction.") { return .transient }
        return blamesEvents(failure) ? .rejected : .unavailable
    }

    /// Whether the statement with its rows was refused, rather than the client or the database as a whole.
    private static func blamesEvents(_ failure: BoltFailure) -> Bool {
        let code = failure.code
        // The one fault of a value that has the code of faults of the server.
        if code == "Neo.DatabaseError.Statement.ExecutionFailed" {
            return failure.message.contains("too large to index")
        }
        let classes = ["Neo.ClientError.Schema.ConstraintValidationFailed", "Neo.ClientError.Statement."]
        return classes.contains { code.hasPrefix($0) } && code != "Neo.ClientError.Statement.AccessMode"
    }

    /// What happened, and what to do next where people have to do something.
    private static func text(of error: BoltError) -> String {
        guard let remedy = remedy(for: error) else { return error.message }
        // Servers end their sentences, some of them.
        return "\(error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message); \(remedy)"
    }

    private static func remedy(for error: BoltError) -> String? {
        switch error.failure?.code {
        case "Neo.ClientError.Security.Unauthorized", "Neo.ClientError.Security.AuthenticationRateLimit":
            return "set NEO4J_USER and NEO4J_PASSWORD to a user of that server"
        case "Neo.ClientError.Security.CredentialsExpired":
            return "set a new password for that user (ALTER CURRENT USER SET PASSWORD in cypher-shell)"
        case "Neo.ClientError.Security.Forbidden":
            return "grant that user reading, writing and the creation of constraints in the database"
        case "Neo.ClientError.Schema.IndexAlreadyExists":
            return "a constraint makes an index of its own: drop that index (DROP INDEX name)"
        case "Neo.DatabaseError.Schema.ConstraintCreationFailed", "Neo.ClientError.Schema.ConstraintCreationFailed":
            return "merge the nodes that have the same id, so that it is unique"
        case "Neo.ClientError.Schema.ConstraintWithNameAlreadyExists",
            "Neo.ClientError.Schema.IndexWithNameAlreadyExists":
            return "drop or rename what has that name (SHOW CONSTRAINTS, SHOW INDEXES)"
        case "Neo.ClientError.Database.DatabaseNotFound":
            return "set NEO4J_DATABASE to one that SHOW DATABASES lists"
        default:
            return error.code == .tls
                ? "trust its authority with ?cacertfile=FILE, or take any certificate with +ssc" : nil
        }
    }
}
