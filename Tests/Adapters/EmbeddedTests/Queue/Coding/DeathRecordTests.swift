import Messaging
import PipelineTesting
import Testing

@testable import Embedded

@Suite("The history of dead letters") struct DeathRecordTests {
    private let envelope = Envelope(
        exchange: "events", routingKey: "user.event",
        properties: MessageProperties(
            priority: 3, expiration: 5_000, headers: ["traceparent": .string("00-1"), "x-death": .string("forged")]))

    private func deaths(_ envelope: Envelope) throws -> [HeaderTable] {
        guard case .array(let entries)? = envelope.properties.headers["x-death"] else { return [] }
        return try entries.map { entry in
            guard case .table(let table) = entry else { throw ByteReader.Malformed(what: "no table") }
            return table
        }
    }

    @Test("a first death is written as RabbitMQ writes it, over what a client put there")
    func first() throws {
        let dead = envelope.died(
            in: "work", .expired, at: 1_700_000_000, deadLetterExchange: "dlx", routingKey: nil)
        #expect(
            try deaths(dead) == [
                [
                    "count": .integer(1), "reason": .string("expired"), "queue": .string("work"),
                    "time": .timestamp(1_700_000_000), "exchange": .string("events"),
                    "routing-keys": .array([.string("user.event")]), "original-expiration": .string("5000"),
                ]
            ])
        #expect(dead.exchange == "dlx")
        #expect(dead.routingKey == "user.event")
        #expect(dead.properties.expiration == nil)
        #expect(dead.properties.priority == 3)
        #expect(dead.properties.headers["traceparent"] == .string("00-1"))
        for occasion in ["first", "last"] {
            #expect(dead.properties.headers["x-\(occasion)-death-queue"] == .string("work"))
            #expect(dead.properties.headers["x-\(occasion)-death-reason"] == .string("expired"))
            #expect(dead.properties.headers["x-\(occasion)-death-exchange"] == .string("events"))
        }
    }

    @Test("deaths are listed newest first, one entry per pair of queue and reason")
    func merging() throws {
        let dead =
            envelope
            .died(in: "work", .rejected, at: 1, deadLetterExchange: "", routingKey: "delay")
            .died(in: "delay", .expired, at: 2, deadLetterExchange: "", routingKey: "work")
            .died(in: "work", .expired, at: 3, deadLetterExchange: "", routingKey: "delay")
            .died(in: "work", .rejected, at: 4, deadLetterExchange: "dlx", routingKey: nil)
        let deaths = try deaths(dead)
        #expect(deaths.map { $0["queue"]?.text } == ["work", "work", "delay"])
        #expect(deaths.map { $0["reason"]?.text } == ["rejected", "expired", "expired"])
        #expect(deaths.map { $0["count"]?.number } == [2, 1, 1])
        // A counted entry keeps the rest of its first content.
        #expect(deaths[0]["time"] == .timestamp(1))
        #expect(deaths[0]["exchange"] == .string("events"))
        #expect(deaths[1]["routing-keys"] == .array([.string("work")]))
        #expect(dead.properties.headers["x-first-death-reason"] == .string("rejected"))
        #expect(dead.properties.headers["x-last-death-reason"] == .string("rejected"))
        #expect(dead.properties.headers["x-last-death-exchange"] == .string(""))
        #expect(dead.routingKey == "delay")
    }

    @Test("an automatic round is a cycle, a round with a rejection is not")
    func circles() {
        let expired = envelope.died(in: "a", .expired, at: 1, deadLetterExchange: "", routingKey: "b")
        #expect(expired.wouldCycle(into: "a"))
        #expect(!expired.wouldCycle(into: "b"))
        let round = expired.died(in: "b", .maxlen, at: 2, deadLetterExchange: "", routingKey: "a")
        #expect(round.wouldCycle(into: "a"))
        let rejected = envelope.died(in: "a", .rejected, at: 1, deadLetterExchange: "", routingKey: "b")
            .died(in: "b", .expired, at: 2, deadLetterExchange: "", routingKey: "a")
        #expect(!rejected.wouldCycle(into: "a"))
        #expect(rejected.wouldCycle(into: "b"))
        // A rejection before the cycle began does not count.
        let older = rejected.died(in: "c", .expired, at: 3, deadLetterExchange: "", routingKey: "b")
        #expect(older.wouldCycle(into: "b"))
    }

    @Test("what a client put into x-death is not a history")
    func forged() {
        var forged = envelope
        forged.properties.headers["x-death"] = .array([
            .table(["queue": .string("work"), "reason": .string("expired"), "count": .integer(9)])
        ])
        #expect(!forged.wouldCycle(into: "work"))
        let dead = forged.died(in: "delay", .expired, at: 1, deadLetterExchange: "", routingKey: "work")
        #expect(!dead.wouldCycle(into: "work"))
    }
}
