import Embedded
import Erasing
import Events
import Gzip
import JSON
import Messaging
import PipelineTesting
import Platform
import Stores
import TestSupport
import Testing

@testable import DeadLetters

@Suite("Erasing a user", .timeLimit(.minutes(5))) struct UserErasureTests {
    private let now = Timestamp(microseconds: 1_700_000_000_000_000)
    private let directory: TemporaryDirectory
    private let broker: EmbeddedBroker
    private let archive: DeadLetterArchive
    private let graph = FakeGraphStore()
    private let profiles = FakeProfileStore()

    init() async throws {
        directory = try TemporaryDirectory()
        broker = try await EmbeddedBroker.open(directory: directory.path)
        archive = DeadLetterArchive(directory: directory.file("archive"), limit: 1 << 30)
    }

    private var erasure: UserErasure {
        UserErasure(
            graph: graph, profiles: profiles, letters: DeadLetterQueue(broker), archive: archive, now: { [now] in now })
    }

    private func event(_ number: UInt64, of user: Int64) -> Event {
        Event(
            id: EventID(high: 1, low: number), userID: user, productID: 1, type: .view, session: "s",
            time: Timestamp(microseconds: now.microseconds - 1_000_000))
    }

    private func message(_ body: String) -> Message {
        var message = Message(body: Array(body.utf8))
        DeadLetterHeaders(
            queue: PipelineTopology.graphQueue, reason: .invalid, error: "no", attempts: 1, firstFailedAt: 0,
            lastFailedAt: now.microseconds, worker: "w"
        ).write(to: &message.properties.headers)
        return message
    }

    private func deadLetter(_ bodies: [String]) async throws {
        try await broker.declare(PipelineTopology.topology())
        let outcomes = try await broker.makePublisher().publish(
            bodies.map { Publication(exchange: "events.dlx", routingKey: "", message: message($0)) })
        #expect(outcomes.allSatisfy { $0 == .confirmed })
    }

    private func archived(_ bodies: [String]) async throws -> String {
        let lines = bodies.flatMap { DeadLetter(message($0)).json.bytes + [UInt8(ascii: "\n")] }
        return try #require(try await archive.add(lines, at: now))
    }

    private func letters() async throws -> [String] {
        var bodies: [String] = []
        try await DeadLetterQueue(broker).look { letter in
            bodies.append(String(decoding: letter.message.body, as: UTF8.self))
            return true
        }
        return bodies
    }

    private func bodies(in file: String) async throws -> [String] {
        let reader = try LetterReader("\(archive.directory)/\(file)")
        return try await reader.next().map { String(decoding: try LetterFile.message($0).body, as: UTF8.self) }
    }

    @Test("takes what is held of the user from the stores, the dead letters and the archive, and leaves the rest")
    func removal() async throws {
        let batch = InteractionBatch([event(1, of: 7), event(2, of: 7), event(3, of: 8)])
        _ = try await graph.apply(batch)
        _ = try await profiles.apply(batch)
        let own = [#"{"user_id": 7}"#, #"{"user_id": "7", "x": 1}"#, #"{"user_id": 7.0}"#]
        let others = [#"{"user_id": 8}"#, "not JSON, of 7", #"{"user_id": 77}"#, #"{"user_id": null}"#]
        try await deadLetter([others[0], own[0], others[1], own[1], others[2], own[2], others[3]])
        let mixed = try await archived([others[0], own[1], others[1]])
        let whole = try await archived(own)

        let report = await erasure.erase(userID: 7)
        #expect(report.failure == nil)
        #expect(
            String(decoding: report.json.bytes, as: UTF8.self)
                == #"{"user_id":7,"received_until":"2023-11-14T22:13:20Z","removed":{"interactions":2,"vectors":2,"#
                + #""profiles":1,"dead_letters":3,"archived_letters":4},"letters_of_unknown_users":3}"#)
        #expect(graph.events == [event(3, of: 8).id])
        #expect(try await profiles.profile(of: 7) == nil)
        #expect(try await letters() == others)
        #expect(try await bodies(in: mixed) == [others[0], others[1]])
        #expect(!FileSystem.exists("\(archive.directory)/\(whole)"))
        #expect(try await graph.apply(batch) == AppliedBatch(alreadyPresent: 1, erased: 2))
        #expect(try await profiles.apply(batch) == AppliedBatch(alreadyPresent: 1, erased: 2))

        let again = await erasure.erase(userID: 7)
        #expect(again.failure == nil)
        #expect(
            [again.interactions, again.vectors, again.profiles, again.deadLetters, again.archivedLetters] == [
                0, 0, 0, 0, 0,
            ])
    }

    @Test("of whom nothing is held, before anything was declared or archived, removes nothing")
    func nobody() async throws {
        let report = await erasure.erase(userID: 7)
        #expect(report.failure == nil)
        #expect(report.interactions + report.vectors + report.profiles == 0)
        #expect(!FileSystem.exists(archive.directory))
        #expect(try await graph.apply(InteractionBatch([event(1, of: 7)])).erased == 1)
    }

    @Test("does all other parts where one fails, says which, and does the rest when it is repeated")
    func failure() async throws {
        let batch = InteractionBatch([event(1, of: 7)])
        _ = try await graph.apply(batch)
        _ = try await profiles.apply(batch)
        try await deadLetter([#"{"user_id": 7}"#])
        graph.fail(with: [StoreError(.unavailable, "the graph is away")])
        let report = await erasure.erase(userID: 7)
        #expect(report.failures == [.graph: "the graph is away"])
        #expect(report.failure?.contains("user 7 is not wholly erased") == true)
        #expect(
            String(decoding: report.json.bytes, as: UTF8.self).hasSuffix(#""failures":{"graph":"the graph is away"}}"#))
        #expect([report.interactions, report.vectors, report.deadLetters] == [0, 1, 1])
        let rest = await erasure.erase(userID: 7)
        #expect(rest.failure == nil)
        #expect([rest.interactions, rest.vectors, rest.deadLetters] == [1, 0, 0])
    }

    @Test("passes over archived files that cannot be read, and names them once the others are done")
    func unreadableFile() async throws {
        let file = try await archived([#"{"user_id": 7}"#, #"{"user_id": 8}"#])
        let damaged = "\(archive.directory)/letters-0.ndjson.gz"
        try FileSystem.append(Array(Gzip.compress(Array("{}\n".utf8)).prefix(15)), to: damaged)
        // Of a process that was killed: its letters are still in the queue.
        try FileSystem.append(Array(#"{"user_id": 7}"#.utf8), to: "\(archive.directory)/letters-1.ndjson.gz.new")
        let report = await erasure.erase(userID: 7)
        #expect(report.failures[.archive]?.contains(damaged) == true)
        #expect(try await bodies(in: file) == [#"{"user_id": 8}"#])
        try FileSystem.remove(damaged)
        #expect(await erasure.erase(userID: 7).failure == nil)
        #expect(try FileSystem.list(archive.directory) == [file])
    }

    @Test("waits for nobody who rewrites the archive, and says so")
    func twoAtOnce() async throws {
        _ = try await archived([#"{"user_id": 7}"#])
        let lock = try FileLock(path: archive.directory + ".lock")
        #expect(try lock.tryLock())
        #expect(await erasure.erase(userID: 7).failures[.archive]?.contains("another erasure") == true)
        lock.unlock()
        #expect(await erasure.erase(userID: 7).archivedLetters == 1)
    }
}
