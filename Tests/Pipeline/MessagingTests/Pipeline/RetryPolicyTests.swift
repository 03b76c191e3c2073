import Messaging
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy()

    @Test("a transient failure climbs the ladder step by step and then becomes a dead letter")
    func transientFailureClimbsTheLadderStep() {
        let decisions = (1...5).map { policy.decision(for: .transient, attempts: $0) }
        let steps = PipelineTopology.RetryDelay.standard
        #expect(
            decisions == [
                .retry(steps[0]), .retry(steps[1]), .retry(steps[2]), .deadLetter(.retriesExhausted),
                .deadLetter(.retriesExhausted),
            ])
        #expect(steps.map(\.label) == ["5s", "30s", "5m"])
    }

    @Test("a permanent failure never waits", arguments: [DeadLetterReason.malformed, .invalid, .rejected], [1, 2, 9])
    func permanentFailureNeverWaits(reason: DeadLetterReason, attempts: Int) {
        #expect(policy.decision(for: .permanent(reason), attempts: attempts) == .deadLetter(reason))
    }

    @Test("without a ladder the first transient failure is the last")
    func withoutALadderTheFirstTransient() {
        #expect(RetryPolicy(delays: []).decision(for: .transient, attempts: 1) == .deadLetter(.retriesExhausted))
    }
}

@Suite struct FailureHistoryTests {
    @Test("the history travels in the headers")
    func historyTravelsInTheHeaders() {
        var history = FailureHistory()
        history.failed(at: 10, error: "deadlock", worker: "w1")
        history.failed(at: 20, error: "timeout", worker: "w2")
        var headers: HeaderTable = ["traceparent": .string("00-1")]
        history.write(to: &headers)
        #expect(FailureHistory(headers) == history)
        #expect(history.attempts == 2)
        #expect(history.firstFailedAt == 10)
        #expect(headers["traceparent"] == .string("00-1"))
    }

    @Test("a replay counts from zero and keeps what happened")
    func replayCountsFromZeroAndKeeps() {
        var history = FailureHistory()
        for moment in 1...4 { history.failed(at: Int64(moment), error: "e", worker: "w") }
        history.reset()
        var headers = HeaderTable()
        history.write(to: &headers)
        let read = FailureHistory(headers)
        #expect(read.attempts == 0)
        #expect(read.firstFailedAt == nil)
        #expect(read.entries.count == 4)
    }

    @Test("however often it fails and whatever the store says, the headers stay small")
    func howeverOftenItFailsAndWhatever() {
        var history = FailureHistory()
        for moment in 0..<1_000 {
            history.failed(at: Int64(moment), error: String(repeating: "\u{e9}", count: 10_000), worker: "w")
        }
        #expect(history.attempts == 1_000)
        #expect(history.entries.map(\.at) == Array(992..<1_000))
        #expect(history.entries.allSatisfy { $0.error.utf8.count <= FailureHistory.maximumErrorBytes })
        #expect(history.entries.allSatisfy { $0.error.hasSuffix("...") })
    }

    @Test("headers that another program wrote under these names are ignored")
    func headersThatAnotherProgramWroteUnder() {
        let headers: HeaderTable = [
            "debias-attempts": .integer(-5), "debias-history": .array([.string("x"), .table(["at": .string("y")])]),
        ]
        #expect(FailureHistory(headers) == FailureHistory())
    }
}

@Suite struct FingerprintTests {
    private func fingerprint(_ error: String) -> String {
        Fingerprint(queue: "events.neo4j", reason: "rejected", error: error).description
    }

    @Test("errors that differ in ids, numbers and quoted values have one fingerprint")
    func errorsThatDifferInIdsNumbers() {
        #expect(fingerprint("node 17 violates \"a b\"") == fingerprint("node 4711 violates \"c, d\""))
        #expect(
            fingerprint("event 0190f0a8-77aa-7000-8000-000000000001 is bad")
                == fingerprint("event 7790f0a8-77aa-7000-8000-00000000beef is bad"))
    }

    @Test("queue, class and the rest of the text tell failures apart")
    func queueClassAndTheRest() {
        let one = fingerprint("violates a rule")
        #expect(one != fingerprint("violates another rule"))
        #expect(one != Fingerprint(queue: "events.qdrant", reason: "rejected", error: "violates a rule").description)
        #expect(one != Fingerprint(queue: "events.neo4j", reason: "invalid", error: "violates a rule").description)
    }

    @Test("a fingerprint is the same in every process and version")
    func fingerprintIsTheSameInEvery() {
        #expect(fingerprint("deadlock") == "c41d64e2d48c5fe5")
    }
}
