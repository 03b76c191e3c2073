/// Why a server refused a request, in its words. A value; safe to use from any thread.
///
/// Decide by ``code``: servers of 5.26 give nearly every failure the same ``gqlStatus``.
public struct BoltFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// A reason behind a failure, from 5.7 on.
    public struct Cause: Sendable, Hashable {
        /// What is wrong, for people.
        public var message: String
        /// The status by the GQL standard, such as `22N01`.
        public var gqlStatus: String?
        /// The status in words.
        public var description: String?
        /// What else is known, such as the place in the query.
        public var diagnosticRecord: BoltMap

        init(_ map: BoltMap) {
            message = map["message"]?.string ?? ""
            gqlStatus = map["gql_status"]?.string
            description = map["description"]?.string
            diagnosticRecord = map["diagnostic_record"]?.map ?? [:]
        }
    }

    /// Neo4j's code, such as `Neo.ClientError.Schema.ConstraintValidationFailed`, as servers of 5.x write it: what those of
    /// 4.4 call `Neo.TransientError.Transaction.Terminated` and `LockClientStopped` is a `ClientError` here, too.
    public var code: String
    /// What is wrong, for people. From 6.0 on the text may differ between servers.
    public var message: String
    /// The status by the GQL standard, from 5.7 on.
    public var gqlStatus: String?
    /// The status in words, from 5.7 on.
    public var statusDescription: String?
    /// What else is known, such as the place in the query; empty before 5.7, and where the server has nothing to add.
    public var diagnosticRecord: BoltMap
    /// The reasons behind the failure, each the reason of the one before; at most 16.
    public var causes: [Cause]

    /// Makes a failure.
    ///
    /// - Parameters:
    ///   - code: Neo4j's code.
    ///   - message: What is wrong, for people.
    public init(code: String, message: String) {
        self.code = code
        self.message = message
        diagnosticRecord = [:]
        causes = []
    }

    static let mostCauses = 16

    init(_ map: BoltMap) throws(BoltWireError) {
        // `code` before 5.7, `neo4j_code` from then on.
        guard let code = (map["neo4j_code"] ?? map["code"])?.string else {
            throw .malformed("a FAILURE without a code")
        }
        let own = Cause(map)
        self.code = Self.today[code] ?? code
        message = own.message
        gqlStatus = own.gqlStatus
        statusDescription = own.description
        diagnosticRecord = own.diagnosticRecord
        causes = []
        var next = map["cause"]?.map
        while let cause = next, causes.count < Self.mostCauses {
            causes.append(Cause(cause))
            next = cause["cause"]?.map
        }
    }

    /// Codes that 5.0 renamed.
    private static let today = [
        "Neo.TransientError.Transaction.Terminated": "Neo.ClientError.Transaction.Terminated",
        "Neo.TransientError.Transaction.LockClientStopped": "Neo.ClientError.Transaction.LockClientStopped",
    ]

    /// Whether the server says that the same may work later (`Neo.TransientError`).
    public var isTransient: Bool { code.hasPrefix("Neo.TransientError.") }
    /// Whether the server knows that nothing has happened, so that repeating is safe (servers of 2026).
    public var hasChangedNothing: Bool { diagnosticRecord["_idempotent"] == true }

    /// The code and the message, for logs.
    public var description: String { "\(code): \(message)" }
}
