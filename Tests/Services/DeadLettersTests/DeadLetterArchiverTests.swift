import DeadLetters
import Embedded
import Events
import HTTPAPI
import HTTPMessages
import HTTPServer
import Messaging
import PipelineTesting
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct DeadLetterArchiverTests {
    private static let day: Int64 = 86_400_000_000
    private let now = Timestamp(microseconds: 1_700_000_000_000_000)
    private let directory: TemporaryDirectory
    private let broker: EmbeddedBroker
    private let reports = Recorder<DeadLetterArchiver.Report>()

    init() async throws {
        directory = try TemporaryDirectory()
        broker = try await EmbeddedBroker.open(directory: directory.path)
        try await broker.declare(PipelineTopology.topology())
    }

    private func archiver(limit: Int = 1 << 20, later: Int64 = 0) -> DeadLetterArchiver {
        let moment = Timestamp(microseconds: now.microseconds + later)
        return DeadLetterArchiver(
            broker, archive: DeadLetterArchive(directory: directory.file("archive"), limit: limit),
            now: { moment }, report: { [reports] in reports.append($0) })
    }

    /// Letters that were given up so many days ago.
    private func fill(_ ages: [Double]) async throws {
        let publications = ages.enumerated().map { number, age in
            var message = Message(body: Array("letter \(number)".utf8))
            let moment = now.microseconds - Int64(age * Double(Self.day))
            DeadLetterHeaders(
                queue: "events.neo4j", reason: .rejected, error: "no", attempts: 1, firstFailedAt: moment,
                lastFailedAt: moment, worker: "w", letter: "00000000000000a\(number)"
            ).write(to: &message.properties.headers)
            return Publication(exchange: "events.dlx", routingKey: "", message: message)
        }
        let outcomes = try await broker.makePublisher().publish(publications)
        #expect(outcomes.allSatisfy { $0 == .confirmed })
    }

    private func bodies() async throws -> [String] {
        var bodies: [String] = []
        try await DeadLetterQueue(broker).look { letter in
            bodies.append(String(decoding: letter.message.body, as: UTF8.self))
            return true
        }
        return bodies
    }

    private var files: [String] {
        get throws {
            let archive = directory.file("archive")
            return FileSystem.exists(archive) ? try FileSystem.list(archive) : []
        }
    }

    @Test("letters that expire within a day are moved to the archive, and an import brings them back for seven days")
    func archiving() async throws {
        try await fill([6.5, 0, 5.9, 6.01, 30])
        let archiver = archiver()
        try await archiver.round()
        #expect(try await bodies() == ["letter 1", "letter 2"])
        #expect(archiver.totals.archived == 3)
        let file = try #require(try files.first)
        #expect(reports.entries == [.archived(count: 3, file: "\(directory.file("archive"))/\(file)")])
        try await archiver.round()
        #expect(try files.count == 1, "nothing more is due")

        let reader = try LetterReader(directory.file("archive/\(file)"))
        let result = try await DeadLetterQueue(broker).bringBack({ try await reader.next() }, now: now)
        #expect(result.added == 3)
        try await archiver.round()
        #expect(try await bodies().count == 5, "their time in the queue began again")
        try await self.archiver(later: 6 * Self.day + 1).round()
        #expect(try await bodies().isEmpty)
    }

    @Test("an archive without room leaves the letters in their queue, and says each time how many expire")
    func fullArchive() async throws {
        try await fill([6.5, 6.5])
        let archiver = archiver(limit: 100)
        try await archiver.round()
        try await archiver.round()
        #expect(try await bodies().count == 2)
        #expect(try files.isEmpty)
        #expect(archiver.totals.refused == 2)
        #expect(reports.entries.count == 2)
        guard case .refused(2, let reason)? = reports.entries.first else { throw TimedOut("a refusal") }
        #expect(reason.contains("--archive-limit"))
    }

    @Test("the metrics count what was archived and what was not")
    func metrics() async throws {
        try await fill([6.5])
        let archiver = archiver()
        try await archiver.round()
        let api = HTTPAPI(
            publisher: try await broker.makePublisher(), broker: broker, graph: FakeGraphStore(),
            profiles: FakeProfileStore(), instruments: .init(archived: { archiver.totals }),
            now: { Timestamp(microseconds: 0) })
        let response = await api.respond(to: try HTTPRequest(method: .get, target: "/metrics", headers: [:], body: []))
        guard case .bytes(let bytes) = response.body else { throw TimedOut("a body") }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("\ndebias_dead_letters_archived_total 1\n"))
        #expect(text.contains("\ndebias_dead_letters_expiring 0\n"))
    }

    @Test("letters of which nobody knows when they came stay where they are")
    func unknownTimes() async throws {
        _ = try await broker.makePublisher().publish([
            Publication(exchange: "events.dlx", routingKey: "", message: Message(body: Array("?".utf8)))
        ])
        try await archiver().round()
        #expect(try await bodies() == ["?"])
        #expect(reports.entries.isEmpty)
    }
}
