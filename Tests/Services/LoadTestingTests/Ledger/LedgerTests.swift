import Events
import Testing

@testable import LoadTesting

@Suite("A ledger") struct LedgerTests {
    private static let now = Timestamp(microseconds: 1_790_000_000_000_000)

    private func event(_ number: Int, product: Int64 = 1) -> Event {
        Event(
            id: EventID(high: 0x7000, low: UInt64(number) | 1 << 63), userID: Int64(number), productID: product,
            type: .view, session: "s", time: Self.now)
    }

    private func attempt(_ event: Event) -> [UInt8] { LedgerText.attempt(event.encoded(), at: Self.now) }

    private func ledger(_ lines: [UInt8]...) throws -> Ledger {
        try Ledger(Array(lines.joined()), name: "l")
    }

    @Test("tells what was sent, when, and what became of it")
    func outcomes() throws {
        let events = (0..<5).map { event($0) }
        let ledger = try ledger(
            LedgerText.run(graph: 7, vectors: 8), attempt(events[0]), attempt(events[1]),
            LedgerText.outcome(.acknowledged, of: [events[0], events[1]]), attempt(events[2]),
            LedgerText.outcome(.refused(422), of: [events[2]]), attempt(events[3]),
            LedgerText.outcome(.indeterminate, of: [events[3]]), attempt(events[4]))
        #expect(
            ledger.attempts.map(\.outcome) == [
                .acknowledged, .acknowledged, .refused(422), .indeterminate, .indeterminate,
            ])
        #expect(ledger.attempts.map(\.id) == events.map(\.id))
        #expect(ledger.attempts.allSatisfy { $0.at == Self.now })
        #expect(ledger.acknowledged == [events[0].id, events[1].id])
        #expect(ledger.events(of: events[3].id) == [events[3]])
        #expect(ledger.before?.graph == 7)
        #expect(ledger.before?.vectors == 8)
    }

    @Test("of a killed program ends in half a line, wherever it was cut")
    func halfLines() throws {
        let one = attempt(event(1))
        let whole = one + LedgerText.outcome(.acknowledged, of: [event(1)])
        for cut in 0..<whole.count {
            let ledger = try ledger(Array(whole[..<cut]))
            #expect(ledger.attempts.count == (cut >= one.count - 1 ? 1 : 0), "cut at \(cut)")
            let isTold = cut >= whole.count - 1
            #expect(ledger.attempts.first?.outcome ?? .indeterminate == (isTold ? .acknowledged : .indeterminate))
        }
    }

    @Test("keeps an acknowledgement, whatever other answers the same event got")
    func repetitions() throws {
        let event = event(1)
        let outcomes: [[UInt8]] = [
            LedgerText.outcome(.indeterminate, of: [event]), LedgerText.outcome(.acknowledged, of: [event]),
            LedgerText.outcome(.refused(503), of: [event]),
        ]
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 0, 2]] {
            let lines = order.flatMap { attempt(event) + outcomes[$0] }
            #expect(try Ledger(lines, name: "l").attempts.map(\.outcome) == [.acknowledged])
        }
        let open = try ledger(attempt(event), outcomes[2], attempt(event), outcomes[0])
        #expect(open.attempts.map(\.outcome) == [.indeterminate])
        #expect(open.events(of: event.id).count == 1)
    }

    @Test("names every content that was sent under one id")
    func conflict() throws {
        let ledger = try ledger(attempt(event(1)), attempt(event(1, product: 2)), attempt(event(1)))
        #expect(ledger.events(of: event(1).id).map(\.productID) == [1, 2])
    }

    @Test("of accepted events takes ids in the spellings that events take")
    func spellings() throws {
        let ids = (1...3).map { event($0).id }
        let bare = "\(ids[0])".replacing("-", with: "").uppercased()
        let lines = [bare, "{\(ids[1])}", #"{"event_id":"urn:uuid:\#(ids[2])"}"#, #"{"event_id":"order-1","x":1}"#]
        let order = try EventIdentity(eventID: "order-1".utf8, at: []).id
        let ledger = try Ledger(Array(lines.joined(separator: "\r\n").utf8), name: "l")
        #expect(ledger.acknowledged == ids + [order])
        #expect(ledger.before == nil)
    }

    @Test(
        "does not take other lines, and names the first one",
        arguments: [
            "order-1", "{}", #"{"event_id":null}"#, #"{"event_id":1}"#, #"{"user_id":1}"#, #"{"acknowledged":["x"]}"#,
            #"{"refused":[]}"#, #"{"attempt":{"user_id":1}}"#, #"{"attempt":1}"#, #"{"run":{}}"#, "[]",
        ])
    func others(line: String) {
        let error = #expect(throws: Ledger.Failure.self) {
            try Ledger(Array("\(event(1).id)\n\(line)\n".utf8), name: "l")
        }
        #expect(error?.description == "line 2 of l is neither an event id nor an object with an event_id")
    }

    @Test("in pieces reads as in one")
    func pieces() throws {
        let event = event(1)
        let ledger = try Ledger(
            pieces: [attempt(event), [], LedgerText.outcome(.acknowledged, of: [event])], name: "l")
        #expect(ledger.attempts.map(\.outcome) == [.acknowledged])
        #expect(ledger.events(of: event.id) == [event])
    }
}
