import EventLoops
import Events
import PipelineTesting
import Stores
import Synchronization
import TestSupport
import Testing

@testable import Workers

@Suite(.timeLimit(.minutes(5))) struct DirectLaneTests {
    private let store = FakeGraphStore()
    private let reports = Recorder<DirectLane.Report>()

    private func lane(_ sink: (any EventSink)? = nil) -> DirectLane {
        DirectLane(
            sink ?? GraphSink(store), backoff: Backoff(initial: .milliseconds(1), maximum: .milliseconds(2))
        ) { [reports] in reports.append($0) }
    }

    private func event(_ number: UInt64, product: Int64 = 7) -> Event {
        Event(
            id: EventID(high: 1, low: number), userID: 1, productID: product, type: .view, session: "s",
            time: Timestamp(microseconds: 1))
    }

    /// A sink whose first write waits until it is let go.
    private final class SlowSink: EventSink {
        let store: FakeGraphStore
        let isWriting = Latch<Void>()
        let goOn = Latch<Void>()

        init(_ store: FakeGraphStore) { self.store = store }

        func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
            if isWriting.set(()) { _ = await goOn.wait() }
            return try await store.apply(batch)
        }
    }

    @Test("what comes while a batch is written is the next batch")
    func nextBatch() async {
        let sink = SlowSink(store)
        let lane = lane(sink)
        await withTaskGroup { group in
            group.addTask { _ = await lane.write([self.event(0)]) }
            _ = await sink.isWriting.wait()
            for number in 1...50 as ClosedRange<UInt64> {
                group.addTask { #expect(await lane.write([self.event(number)]) == [.stored]) }
            }
            while lane.waiting < 50 { await Task.yield() }
            sink.goOn.set(())
            await group.waitForAll()
        }
        #expect(store.events.count == 51)
        #expect(store.batches == 2)
        #expect(lane.counts.count(of: .stored) == 51)
    }

    @Test("an event that is stored with other content is a conflict, and the others of its batch are stored")
    func conflict() async {
        let lane = lane()
        #expect(await lane.write([event(1), event(2)]) == [.stored, .stored])
        let answers = await lane.write([event(1), event(2, product: 8), event(3)])
        #expect(answers[0] == .stored, "the same event again")
        #expect(answers[2] == .stored)
        guard case .conflict(let text) = answers[1] else {
            Issue.record("\(answers[1]) is no conflict")
            return
        }
        #expect(text.contains("product_id 8 (stored: 7)"))
    }

    @Test("an event that the store rejects is found, and the others are stored")
    func rejected() async {
        store.reject([event(3).id])
        let answers = await lane().write((1...5).map { event($0) })
        #expect(answers == [.stored, .stored, .rejected("constraint violated"), .stored, .stored])
    }

    @Test("a store that is away is told at once, asked again after a pause, and taken into use again")
    func away() async throws {
        let lane = lane()
        store.fail(with: [StoreError(.unavailable, "away")])
        #expect(await lane.write([event(1)]) == [.failed("away")])
        #expect(lane.failure == "away")
        try await eventually("the lane works again", within: .seconds(30)) {
            await lane.write([self.event(1)]) == [.stored]
        }
        #expect(lane.failure == nil)
        #expect(reports.entries.count == 2)
        #expect(reports.entries.last == .recovered)
    }

    @Test("no more events wait for a store than it may be given")
    func bound() async {
        let sink = SlowSink(store)
        let lane = lane(sink)
        await withTaskGroup { group in
            group.addTask { _ = await lane.write([self.event(0)]) }
            _ = await sink.isWriting.wait()
            let many = (1...UInt64(DirectLane.mostWaiting)).map { event($0) }
            group.addTask { #expect(await lane.write(many).allSatisfy { $0 == .stored }) }
            while lane.waiting < many.count { await Task.yield() }
            let answers = await lane.write([event(0)])
            #expect(answers == [.failed("\(many.count) events wait for it already")])
            sink.goOn.set(())
            await group.waitForAll()
        }
    }
}
