import BoltClient
import BoltWire
import Stores
import Testing

@testable import Neo4jGraph

@Suite("What an answer of the server means for the events") struct StoreErrorBoltTests {
    /// The server's code, what it means, and a part of what people are told to do.
    static let failures: [(code: String, meaning: StoreError.Code, remedy: String?)] = [
        ("Neo.TransientError.Transaction.DeadlockDetected", .transient, nil),
        ("Neo.TransientError.Transaction.LockAcquisitionTimeout", .transient, nil),
        ("Neo.TransientError.General.OutOfMemoryError", .unavailable, nil),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", .unavailable, nil),
        ("Neo.TransientError.General.DatabaseUnavailable", .unavailable, nil),
        ("Neo.TransientError.Database.DatabaseUnavailable", .unavailable, nil),
        ("Neo.TransientError.Cluster.ReplicationFailure", .unavailable, nil),
        ("Neo.ClientError.Cluster.NotALeader", .unavailable, nil),
        ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", .unavailable, nil),
        ("Neo.ClientError.Transaction.TransactionTimedOut", .unavailable, nil),
        ("Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration", .unavailable, nil),
        ("Neo.ClientError.Transaction.Terminated", .unavailable, nil),
        ("Neo.ClientError.Transaction.LockClientStopped", .unavailable, nil),
        ("Neo.ClientError.Security.Unauthorized", .unavailable, "NEO4J_PASSWORD"),
        ("Neo.ClientError.Security.AuthenticationRateLimit", .unavailable, "NEO4J_PASSWORD"),
        ("Neo.ClientError.Security.CredentialsExpired", .unavailable, "ALTER CURRENT USER SET PASSWORD"),
        ("Neo.ClientError.Security.Forbidden", .unavailable, "grant that user"),
        ("Neo.ClientError.Database.DatabaseNotFound", .unavailable, "NEO4J_DATABASE"),
        ("Neo.ClientError.Schema.IndexAlreadyExists", .unavailable, "DROP INDEX"),
        ("Neo.DatabaseError.Schema.ConstraintCreationFailed", .unavailable, "merge the nodes"),
        ("Neo.ClientError.Schema.ConstraintWithNameAlreadyExists", .unavailable, "SHOW CONSTRAINTS"),
        ("Neo.ClientError.Schema.IndexWithNameAlreadyExists", .unavailable, "SHOW INDEXES"),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", .rejected, nil),
        ("Neo.ClientError.Statement.TypeError", .rejected, nil),
        ("Neo.ClientError.Statement.SyntaxError", .rejected, nil),
        ("Neo.ClientError.Statement.ArithmeticError", .rejected, nil),
        ("Neo.ClientError.Statement.AccessMode", .unavailable, nil),
        ("Neo.ClientError.Request.Invalid", .unavailable, nil),
        ("Neo.DatabaseError.Statement.ExecutionFailed", .unavailable, nil),
        ("Neo.DatabaseError.General.UnknownError", .unavailable, nil),
        ("Memgraph.ClientError.MemgraphError.MemgraphError", .unavailable, nil),
    ]

    @Test("by the server's code", arguments: failures)
    func failure(_ code: String, _ meaning: StoreError.Code, _ remedy: String?) {
        let error = StoreError(
            BoltError(.failed, "h:7687 answers \(code): so.", failure: BoltFailure(code: code, message: "so.")))
        #expect(error.code == meaning)
        #expect(error.message.hasPrefix("h:7687 answers \(code): so"))
        if let remedy {
            #expect(error.message.contains("so; ") && error.message.contains(remedy), "\(error.message)")
        } else {
            #expect(error.message.hasSuffix("so."))
        }
        let schema = StoreError(schema: BoltError(.failed, "so.", failure: BoltFailure(code: code, message: "so.")))
        #expect(schema.code == (meaning == .rejected ? .unavailable : meaning), "no event is to blame for constraints")
    }

    @Test("a value that is too large for an index is the event's fault")
    func tooLarge() {
        let text = "Property value is too large to index, please see index documentation for limitations."
        let failure = BoltFailure(code: "Neo.DatabaseError.Statement.ExecutionFailed", message: text)
        #expect(StoreError(BoltError(.failed, text, failure: failure)).code == .rejected)
    }

    @Test(
        "without an answer",
        arguments: [
            (BoltError.Code.unreachable, StoreError.Code.unavailable), (.timedOut, .unavailable), (.tls, .unavailable),
            (.connectionLost, .unavailable), (.noServer, .unavailable), (.busy, .unavailable),
            (.protocolViolation, .unavailable), (.invalidURI, .unavailable), (.misuse, .unavailable),
            (.closed, .closed), (.unencodable, .rejected), (.tooManyRecords, .rejected),
        ])
    func withoutAnswer(_ code: BoltError.Code, _ meaning: StoreError.Code) {
        let error = StoreError(BoltError(code, "why"))
        #expect(error.code == meaning)
        #expect(error.message.contains("why"))
        #expect(error.message.contains("cacertfile") == (code == .tls))
    }
}
