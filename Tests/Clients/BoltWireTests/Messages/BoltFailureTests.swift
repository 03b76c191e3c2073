import BoltWire
import Testing

@Suite("Failures")
struct BoltFailureTests {
    private func failure(_ map: BoltMap) throws -> BoltFailure {
        var encoder = MessageEncoder(version: BoltVersion(5, 8), writesResults: true)
        try encoder.message(BoltStructure(0x7F, [.map(map)]))
        var decoder = MessageDecoder(version: BoltVersion(5, 8))
        decoder.append(encoder.take())
        guard case .failure(let failure) = try decoder.nextResponse() else {
            throw BoltWireError(.unexpected, "no failure")
        }
        return failure
    }

    @Test("a failure has the form of 4.4 to 5.6, or that of 5.7")
    func forms() throws {
        let old = try failure(["code": "Neo.ClientError.Statement.SyntaxError", "message": "no"])
        #expect(old == BoltFailure(code: "Neo.ClientError.Statement.SyntaxError", message: "no"))
        let new = try failure([
            "neo4j_code": "Neo.TransientError.Transaction.DeadlockDetected", "message": "wait", "gql_status": "50N05",
            "description": "deadlock", "diagnostic_record": ["_classification": "TRANSIENT_ERROR"],
            "cause": ["message": "a", "gql_status": "22000", "cause": ["message": "b"]],
        ])
        #expect(new.isTransient)
        #expect(new.gqlStatus == "50N05")
        #expect(new.statusDescription == "deadlock")
        #expect(new.diagnosticRecord["_classification"] == "TRANSIENT_ERROR")
        #expect(new.causes.map(\.message) == ["a", "b"])
        #expect(new.causes.first?.gqlStatus == "22000")
        #expect(new.description == "Neo.TransientError.Transaction.DeadlockDetected: wait")
    }

    @Test("reasons behind reasons are bounded")
    func causes() throws {
        var cause: BoltMap = ["message": "last"]
        for _ in 0..<100 { cause = ["message": "one", "cause": .map(cause)] }
        #expect(try failure(["code": "a", "message": "b", "cause": .map(cause)]).causes.count == 16)
    }

    @Test(
        "what 4.4 calls transient and later versions do not has the later name",
        arguments: [
            "Terminated", "LockClientStopped",
        ])
    func renamed(name: String) throws {
        let failure = try failure(["code": .string("Neo.TransientError.Transaction.\(name)"), "message": ""])
        #expect(failure.code == "Neo.ClientError.Transaction.\(name)")
        #expect(!failure.isTransient)
    }

    @Test("a server that knows that nothing has happened is believed")
    func idempotent() throws {
        #expect(try failure(["code": "a", "diagnostic_record": ["_idempotent": true]]).hasChangedNothing)
        #expect(try !failure(["code": "a", "diagnostic_record": ["_idempotent": 1]]).hasChangedNothing)
    }

    @Test("a failure without a code is not one")
    func none() {
        #expect(code { _ = try failure(["message": "x"]) } == .malformed)
    }
}
