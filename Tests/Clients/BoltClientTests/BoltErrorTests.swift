import BoltClient
import BoltWire
import Testing

@Suite struct BoltErrorTests {
    @Test(
        "what the server refuses is worth repeating by its code",
        arguments: [
            ("Neo.TransientError.Transaction.DeadlockDetected", true),
            ("Neo.TransientError.General.DatabaseUnavailable", true),
            ("Neo.ClientError.Cluster.NotALeader", true),
            ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", true),
            ("Neo.ClientError.Security.AuthorizationExpired", true),
            ("Neo.ClientError.Transaction.TransactionTimedOut", true),
            ("Neo.ClientError.Transaction.LockClientStopped", true),
            ("Neo.ClientError.Transaction.Terminated", true),
            ("Neo.ClientError.Security.Unauthorized", false),
            ("Neo.ClientError.Security.AuthenticationRateLimit", false),
            ("Neo.ClientError.Security.TokenExpired", false),
            ("Neo.ClientError.Database.DatabaseNotFound", false),
            ("Neo.ClientError.Schema.ConstraintValidationFailed", false),
            ("Neo.ClientError.Statement.SyntaxError", false),
        ])
    func retriable(_ code: String, isRetriable: Bool) {
        let failure = BoltFailure(code: code, message: "")
        #expect(failure.isRetriable == isRetriable)
        #expect(BoltError(.failed, "", failure: failure).isRetriable == isRetriable)
    }

    @Test("what needs a person, or was wanted, is not worth repeating; what may pass is")
    func codes() {
        for code in [BoltError.Code.unreachable, .timedOut, .connectionLost, .noServer, .busy] {
            #expect(BoltError(code, "").isRetriable)
        }
        for code in [
            BoltError.Code.invalidURI, .tls, .accessRefused, .failed, .closed, .protocolViolation, .unencodable,
            .misuse,
            .tooManyRecords,
        ] {
            #expect(!BoltError(code, "").isRetriable)
        }
    }
}
