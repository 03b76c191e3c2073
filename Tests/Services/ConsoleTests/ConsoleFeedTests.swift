import Events
import JSON
import Messaging
import PipelineTesting
import TestSupport
import Testing

@testable import Console

@Suite(.timeLimit(.minutes(2))) struct ConsoleFeedTests {
    private let broker = FakeBroker()
    private let feed: ConsoleFeed

    init() async throws {
        try await broker.declare(PipelineTopology.topology())
        feed = ConsoleFeed(
            ConsoleFeed.Sources(broker: broker, now: { Timestamp(microseconds: 1_700_000_000_000_000) }))
    }

    private func object(_ frame: ConsoleFeed.Frame?) throws -> [String: JSONValue] {
        guard case .object(let members) = try JSONValue(parsing: try #require(frame).json) else { return [:] }
        return members
    }

    @Test("there are at most as many viewers as allowed, and one that leaves makes room")
    func viewersAreBounded() {
        var places = (0..<ConsoleFeed.viewerLimit).map { _ in feed.enter() }
        #expect(places.allSatisfy { $0 != nil })
        #expect(feed.enter() == nil)
        places[3] = nil
        let other = feed.enter()
        #expect(other != nil)
        #expect(feed.enter() == nil)
    }

    @Test("nothing is read or written while nobody looks, and seconds are counted all the same")
    func nothingIsDoneForNobody() async throws {
        // Would be an error in the frame.
        broker.failStatus(with: MessagingError(.unavailable, "away"))
        await feed.endSecond()
        #expect(feed.activity.history.count == 1)
        #expect(feed.activity.history[0].depths.isEmpty)
        let place = feed.enter()
        await feed.endSecond()
        let frame = await feed.next(after: 0)
        #expect(frame?.number == 1)
        withExtendedLifetime(place) {}
    }

    @Test("all viewers get the same snapshot of a second, and a slow one the newest")
    func snapshotsAreShared() async throws {
        let place = feed.enter()
        let feed = feed
        let waiting = (0..<3).map { _ in Task { await feed.next(after: 0) } }
        // Those that do not wait yet find it afterwards.
        await feed.endSecond()
        for task in waiting { #expect(await task.value?.number == 1) }
        for _ in 0..<5 { await feed.endSecond() }
        #expect(await feed.next(after: 1)?.number == 6)
        withExtendedLifetime(place) {}
    }

    @Test("the end of the feed ends the streams")
    func endEndsStreams() async {
        let feed = feed
        let place = feed.enter()
        let run = Task { await feed.run() }
        let stream = Task {
            var number = 0
            while let frame = await feed.next(after: number) { number = frame.number }
            return number
        }
        #expect(await feed.next(after: 0) != nil)
        run.cancel()
        #expect(await stream.value >= 1)
        #expect(await feed.next(after: 0) == nil)
        withExtendedLifetime(place) {}
    }

    @Test("a snapshot has the queues with their counts, or why the broker does not tell")
    func snapshotHasQueues() async throws {
        let members = try object(await feed.snapshot())
        guard case .array(let queues)? = members["queues"] else {
            Issue.record("no queues: \(members)")
            return
        }
        #expect(queues.count == 3)
        broker.failStatus(with: MessagingError(.unavailable, "the broker is away"))
        let other = ConsoleFeed(ConsoleFeed.Sources(broker: broker, now: { Timestamp(microseconds: 1) }))
        #expect(try object(await other.snapshot())["broker_error"] == .string("the broker is away"))
    }

    @Test("ids that JavaScript cannot hold are written as text")
    func idsAreText() async throws {
        let body = #"{"user_id":9007199254740993,"product_id":9223372036854775807,"event_type":"view"}"#
        var message = Message(body: Array(body.utf8))
        message.properties.messageID = "0190c1d2-0000-7000-8000-000000000001"
        feed.activity.published(
            [Publication(exchange: "events", routingKey: "user.event", message: message)], [.confirmed], took: 0,
            at: { Timestamp(microseconds: 1) })
        guard case .array(let events)? = try object(await feed.snapshot())["events"],
            case .object(let event)? = events.first
        else {
            Issue.record("no event")
            return
        }
        #expect(event["user_id"] == .string("9007199254740993"))
        #expect(event["product_id"] == .string("9223372036854775807"))
    }
}
