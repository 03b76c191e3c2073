import Events
import Stores
import Testing

@testable import App

@Suite struct PathReportTests {
    private func report(_ missing: Int, shown: Int) -> PathReport {
        var comparison = PathComparison(
            PathComparison.Circumstances(now: Timestamp(microseconds: 1_000_000_000), grace: .seconds(30)))
        for number in 0...UInt64(missing) {
            let event = Event(
                id: EventID(high: 1, low: number), userID: 1, productID: 1, type: .view, session: "s",
                time: Timestamp(microseconds: 1))
            comparison.add([
                ArrivalRecord(
                    Arrival(event), time: Timestamp(microseconds: 1), expected: .all,
                    arrived: number == 0 ? .all : ArrivalPlaces.all.subtracting(.queueGraph))
            ])
        }
        comparison.finish()
        return PathReport(comparison, shown: shown)
    }

    @Test("the text counts, names as many events as are wanted, and ends with the verdict")
    func text() {
        #expect(
            report(3, shown: 2).text == """
                both paths 1 · by the direct path only 3 · by the queue only 0 · by neither path into both stores 0 \
                · different content 0 · on the way 0 · in a queue 0 · refused 0 · not sent both ways 0
                by the direct path only:
                  00000000-0000-0001-0000-000000000001: not at queue:graph
                  00000000-0000-0001-0000-000000000002: not at queue:graph
                  and 1 more
                not safe: 3 events did not come the same by both paths

                """)
    }

    @Test("the object names every event and where it is missing")
    func json() {
        #expect(
            String(decoding: report(1, shown: 0).json, as: UTF8.self)
                == #"{"both":1,"direct_only":[{"event_id":"00000000-0000-0001-0000-000000000001","missing":["queue:graph"]}],"#
                + #""queue_only":[],"neither":[],"different":[],"on_the_way":0,"waiting":0,"refused":0,"elsewhere":0,"#
                + #""safe":false,"verdict":"not safe: 1 event did not come the same by both paths"}"#)
    }

    @Test("where all came the same, it is safe to go on")
    func safe() {
        #expect(report(0, shown: 1).isSafe)
        #expect(report(0, shown: 1).verdict == "safe to go on: 1 event came the same by both paths")
    }
}
