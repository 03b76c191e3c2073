import Events
import Stores
import Testing

@testable import App

@Suite struct PathComparisonTests {
    private static let now = Timestamp(microseconds: 1_000_000_000)

    private func arrival(_ number: UInt64, product: Int64 = 7) -> Arrival {
        Arrival(
            Event(
                id: EventID(high: 1, low: number), userID: 1, productID: product, type: .view, session: "s",
                time: Timestamp(microseconds: 1)))
    }

    /// A record of that age in seconds.
    private func record(
        _ number: UInt64, age: Int64 = 100, product: Int64 = 7, expected: ArrivalPlaces = .all,
        _ arrived: ArrivalPlaces, isRefused: Bool = false
    ) -> ArrivalRecord {
        ArrivalRecord(
            arrival(number, product: product), time: Self.ago(age), expected: expected, arrived: arrived,
            isRefused: isRefused)
    }

    private static func ago(_ seconds: Int64) -> Timestamp {
        Timestamp(microseconds: now.microseconds - seconds * 1_000_000)
    }

    private func compare(
        _ records: [ArrivalRecord], _ queues: [ArrivalPlaces: PathComparison.Circumstances.Queue] = [:]
    ) -> PathComparison {
        var comparison = PathComparison(
            PathComparison.Circumstances(now: Self.now, grace: .seconds(30), queues: queues))
        for record in records.sorted(by: { $0.arrival < $1.arrival }) { comparison.add([record]) }
        comparison.finish()
        return comparison
    }

    @Test("events are told apart by the paths that brought them into both stores")
    func paths() {
        let comparison = compare([
            record(1, .all), record(2, EventPath.direct.places), record(3, EventPath.queue.places),
            record(4, [.directGraph, .directVectors, .queueVectors]), record(5, [.directVectors, .queueVectors]),
            record(6, []),
        ])
        #expect(comparison.both == 1)
        #expect(
            comparison.directOnly == [
                .init(id: arrival(2).id, missing: [.queueGraph, .queueVectors]),
                .init(id: arrival(4).id, missing: .queueGraph),
            ])
        #expect(comparison.queueOnly == [.init(id: arrival(3).id, missing: [.directGraph, .directVectors])])
        #expect(comparison.neither.map(\.id) == [arrival(5).id, arrival(6).id])
        #expect(!PathReport(comparison, shown: 1).isSafe)
    }

    @Test("an event younger than the grace is on its way, and hinders nothing")
    func young() {
        let comparison = compare([record(1, .all), record(2, age: 29, EventPath.direct.places)])
        #expect(comparison.young == 1)
        #expect(comparison.directOnly.isEmpty)
        #expect(PathReport(comparison, shown: 1).isSafe)
    }

    @Test("an older event may be in a queue that holds messages, unless a later one has come through it")
    func waiting() {
        let old = [record(1, .all), record(2, age: 200, EventPath.direct.places)]
        typealias Queue = PathComparison.Circumstances.Queue
        func queues(_ queue: Queue) -> [ArrivalPlaces: Queue] { [.queueGraph: queue, .queueVectors: queue] }
        #expect(compare(old, queues(Queue())).directOnly.count == 1)
        let waiting = compare(old, queues(Queue(waiting: 5, latest: Self.ago(180))))
        #expect(waiting.waiting == 1)
        #expect(!PathReport(waiting, shown: 1).isSafe)
        #expect(PathReport(waiting, shown: 1).verdict.hasPrefix("not yet"))
        #expect(compare(old, queues(Queue(waiting: 5, latest: Self.ago(160)))).directOnly.count == 1)
        #expect(compare(old, queues(Queue(delayed: 1, latest: Self.ago(160)))).waiting == 1, "others overtake it")
        #expect(compare(old, [.queueGraph: Queue(), .queueVectors: Queue()]).directOnly.count == 1)
    }

    @Test("an event with two contents differs, however whole each of them is")
    func different() {
        let comparison = compare([
            record(1, .all), record(2, EventPath.direct.places),
            record(2, product: 8, expected: [], EventPath.queue.places),
        ])
        #expect(comparison.different == [arrival(2).id])
        #expect(comparison.both == 1)
    }

    @Test("what the API refused is the client's to send again, and no difference")
    func refused() {
        let comparison = compare([
            record(1, .all), record(2, [], isRefused: true), record(3, EventPath.direct.places, isRefused: true),
            record(4, .all), record(4, product: 8, [], isRefused: true), record(5, .all, isRefused: true),
        ])
        #expect(comparison.refused == 2)
        #expect(comparison.both == 3)
        #expect(PathReport(comparison, shown: 1).isSafe)
    }

    @Test("what was not sent both ways is counted apart")
    func elsewhere() {
        let comparison = compare([record(1, expected: [], EventPath.queue.places), record(2, .all)])
        #expect(comparison.elsewhere == 1)
        #expect(comparison.both == 1)
    }

    @Test("without any event that came by both paths, nothing is proven")
    func nothing() {
        let report = PathReport(compare([]), shown: 1)
        #expect(!report.isSafe)
        #expect(report.verdict.hasPrefix("nothing to compare"))
    }

    @Test("records of one event that come in two pages are one event")
    func pages() {
        var comparison = PathComparison(PathComparison.Circumstances(now: Self.now, grace: .zero))
        let records = [record(1, .all), record(1, product: 8, expected: [], .queueGraph)]
            .sorted { $0.arrival < $1.arrival }
        comparison.add([records[0]])
        comparison.add([records[1], record(2, .all)])
        comparison.finish()
        #expect(comparison.different.count == 1)
        #expect(comparison.both == 1)
    }
}
