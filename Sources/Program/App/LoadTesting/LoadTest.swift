import EventLoops
import Events
package import FileImport
package import LoadTesting
import Messaging
import Platform
import Stores

/// Sends events to a running server, waits until they are stored, and compares what the stores have with what was sent.
package struct LoadTest: Sendable {
    /// What a load test does.
    package struct Plan: Sendable {
        package var target: LoadTarget
        /// Sent with each request; nil for none.
        package var token: String?
        package var limit: SendSchedule.Limit
        package var pace: SendSchedule.Pace
        package var warmUp: SendSchedule.WarmUp
        /// Events in a request.
        package var batch: Int
        /// Requests at once, each over a connection of its own.
        package var connections: Int
        /// The share of events that are sent again, 0 to below 1.
        package var duplicates: Double
        package var seed: UInt64
        /// Real events in place of a shop's that is made up.
        package var replay: (input: ImportInput, options: ImportOptions)?
        /// The file of the ledger, which must not exist; nil keeps it in memory.
        package var ledgerFile: String?
        /// How long an answer is waited for.
        package var timeout: Duration
        /// How long stored events are waited for at most.
        package var settle: Duration
        /// Whether others post at the same time.
        package var isShared: Bool
        /// The command line that does the same again, without secrets.
        package var command: String

        package init(target: LoadTarget, limit: SendSchedule.Limit, seed: UInt64, command: String) {
            self.target = target
            self.limit = limit
            self.seed = seed
            self.command = command
            pace = .closed
            warmUp = .tenth
            batch = 1
            connections = 64
            duplicates = 0
            timeout = .seconds(10)
            settle = .seconds(600)
            isShared = false
        }
    }

    /// How far a load test has come.
    package enum Progress: Sendable {
        /// Sending, for so many seconds.
        case sending(LoadTally, seconds: Double)
        /// Waiting for messages and events.
        case settling(waiting: Int, missing: Int, of: Int)
        /// Comparing.
        case auditing
    }

    private let plan: Plan
    private let backEnds: BackEnds
    private let stop: @Sendable () async -> Void

    /// - Parameter stop: Returns when the test is to end early; what was sent is audited all the same.
    package init(_ plan: Plan, _ backEnds: BackEnds, stop: @escaping @Sendable () async -> Void) {
        self.plan = plan
        self.backEnds = backEnds
        self.stop = stop
    }

    /// Runs the test.
    ///
    /// - Parameter progress: Called some times a second, from any thread.
    /// - Throws: Why the test could not begin: no server, no data folder, a ledger that exists; or the error of a back end
    ///   that cannot be read.
    package func run(progress: @escaping @Sendable (Progress) -> Void) async throws -> LoadTestReport {
        let server = LoadedServer(plan.target, token: plan.token)
        try await server.check()
        try checkDataFolder()
        let writer = try openLedger()
        return try await Pipeline.with(backEnds) { pipeline in
            let before = try await pipeline.counts()
            try await writer.write(LedgerText.run(graph: before.graph, vectors: before.vectors))
            let agesBefore = EventAges.read(await server.metrics() ?? "")
            let result = try await send(ledger: writer, progress)
            let ledger = try readLedger(writer)
            let settling = Settling(
                pipeline: pipeline, queues: queues, spooled: { await server.spooled() })
            let settled = try await settle(settling, ledger, wasStopped: result.wasStopped, progress)
            progress(.auditing)
            let audit = try await VerificationReport.read(ledger, pipeline, shown: 20, isShared: plan.isShared)
            let ages = EventAges.read(await server.metrics() ?? "")
            return LoadTestReport(
                plan: plan, result: result, settled: settled, audit: audit,
                ages: [("graph", PipelineTopology.graphQueue), ("vectors", PipelineTopology.profileQueue)].map {
                    ($0.0, ages[$0.1]?.since(agesBefore[$0.1]))
                },
                setting: try await LoadSetting.read(pipeline, backEnds))
        }
    }

    private var queues: [String] {
        backEnds.topology.queues.map(\.name).filter { $0 != PipelineTopology.deadLetterQueue }
    }

    /// A folder that is created now cannot be the one of a server that runs.
    private func checkDataFolder() throws(LoadTestFailure) {
        let isEmbedded = [backEnds.broker, backEnds.graph, backEnds.vectors].contains(.embedded)
        guard isEmbedded, !FileSystem.isDirectory(backEnds.dataDirectory) else { return }
        throw LoadTestFailure(
            "there is no data folder \(backEnds.dataDirectory), in which to look for what was sent: name that of the "
                + "server by --data-dir, or its servers by --broker, --graph and --vectors")
    }

    private func openLedger() throws -> LedgerWriter {
        guard let file = plan.ledgerFile else { return LedgerWriter() }
        guard !FileSystem.exists(file) else {
            throw LoadTestFailure("\(file) exists already: name a new file for the ledger")
        }
        return try LedgerWriter(newFile: file)
    }

    private func readLedger(_ writer: LedgerWriter) throws -> Ledger {
        guard let file = plan.ledgerFile else { return try Ledger(pieces: writer.pieces, name: "the ledger") }
        return try Ledger(try FileSystem.contents(of: file), name: file)
    }

    private func send(
        ledger: LedgerWriter, _ progress: @escaping @Sendable (Progress) -> Void
    ) async throws -> LoadResult {
        let loop = EventLoop(label: "load")
        let source: LoadSource =
            plan.replay.map { .recording(EventPages($0.input, options: $0.options, now: .now)) } ?? .shop
        let driver = LoadDriver(
            SendSchedule(plan.limit, plan.pace, batch: plan.batch, warmUp: plan.warmUp), source,
            LoadEvents(seed: plan.seed, run: .random(in: 1...UInt64(Int64.max)), duplicates: plan.duplicates),
            ledger: ledger, executor: loop, now: { .now })
        let senders = (0..<plan.connections).map { _ in
            HTTPEventSender(plan.target, token: plan.token, timeout: plan.timeout, executor: loop)
        }
        let result = try await withCancellation(when: stop) {
            await driver.run(senders) { progress(.sending($0, seconds: $1)) }
        }
        // Outcomes that were written last are waited for.
        try await ledger.write([])
        return result
    }

    /// Waits for events to be stored. A stop that has ended the sending does not end this as well; a later one does.
    private func settle(
        _ settling: Settling, _ ledger: Ledger, wasStopped: Bool, _ progress: @escaping @Sendable (Progress) -> Void
    ) async throws -> Settling.Outcome {
        let limit = plan.settle
        let work: @Sendable () async throws -> Settling.Outcome = {
            try await settling.run(ledger, atMost: limit) {
                progress(.settling(waiting: $0.waiting, missing: $0.missing, of: $0.acknowledged))
            }
        }
        return wasStopped ? try await work() : try await withCancellation(when: stop, work)
    }
}

/// Why a load test could not be run.
package struct LoadTestFailure: Error, CustomStringConvertible {
    /// What is wrong, and what to do next.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
