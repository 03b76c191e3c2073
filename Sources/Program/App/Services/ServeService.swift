import Console
import DeadLetters
import Events
import HTTPAPI
import HTTPServer
import Intake
import Messaging
import Metrics
package import Observability

/// The API and its workers in one process.
package struct ServeService: Sendable {
    private let pipeline: Pipeline
    private let configuration: ServeConfiguration
    private let log: Log

    /// A service over the pipeline's parts; the caller that opened the pipeline closes it.
    package init(_ pipeline: Pipeline, _ configuration: ServeConfiguration, log: Log) {
        self.pipeline = pipeline
        self.configuration = configuration
        self.log = log
    }

    /// Serves until `stop` returns, then answers the current requests and lets the workers finish the events that they
    /// hold.
    ///
    /// - Parameter started: Called once with the URL, as soon as connections are taken.
    /// - Throws: ``HTTPServerError`` if the server cannot listen on the address, `MessagingError` if the broker is
    ///   away.
    package func run(
        until stop: @escaping @Sendable () async -> Void, started: @Sendable (_ url: String) -> Void
    ) async throws {
        let tracing = configuration.tracing.map { TracingService($0, log: log) }
        let activity = ActivityRecord()
        let workers = WorkerService(
            pipeline, plan: configuration.workers, tuning: configuration.tuning,
            learningInterval: configuration.learningInterval, tracing: tracing, activity: activity, log: log)
        let intake = IntakePath(pipeline, configuration, workers, log: log)
        let room = configuration.guardedLength.map { QueueRoom(limit: $0) }
        let watch = room.map { QueueWatch(pipeline.broker, room: $0) { [log] in log.write($0) } }
        // Requests are taken once it is known how much the queues can take.
        if pipeline.late == nil { await watch?.look() }
        let archive = DeadLetterArchive(directory: configuration.archiveDirectory, limit: configuration.archiveLimit)
        let archiver = configuration.archiveLimit > 0 ? archiver(archive) : nil
        let oldest = OldestLetter(pipeline.deadLetters)
        let forwarded = Counter()
        var instruments = Monitoring.Instruments(
            workers: { workers.state }, queues: workers.metrics, oldestLetter: { oldest.failedAt },
            forwarded: { forwarded.value }, dataDirectory: pipeline.dataDirectory)
        instruments.add(tracing)
        if let archiver { instruments.archived = { archiver.totals } }
        instruments.direct = intake.direct
        instruments.unnoted = { workers.unnoted.value }
        let console = console(activity, workers)
        let (server, api) = try await server(room, archive, instruments, console, intake, intake.control(watch))
        // The server starts first: a port that is in use ends the program before it has begun to work.
        let address = try await server.start()
        let url = "\(configuration.loadCertificate == nil ? "http" : "https")://\(address)"
        started(url)

        if pipeline.late != nil { await reportSpool() }

        // What the others do last is exported too.
        var services: [any Service] = tracing.map { [$0] } ?? []
        services.append(gated(oldest))
        if let watch { services.append(gated(watch)) }
        if let arrivals = pipeline.arrivals {
            services.append(
                ArrivalPruner(arrivals: arrivals, kept: configuration.arrivalsKept, now: { .now }, log: log))
        }
        if let spool = pipeline.spool {
            // Events left in the spool stay there for the next start.
            services.append(
                gated(
                    SpoolForwarder(spool, to: pipeline.broker, topology: configuration.topology, room: room) { report in
                        if case .forwarded(let count) = report { forwarded.add(count) }
                        log.write(report)
                    }))
        }
        if let length = configuration.restoringBelow {
            services.append(gated(DeadLetterRestorer(pipeline.broker, maxLength: length) { log.write($0) }))
        }
        if let archiver { services.append(gated(archiver)) }
        if let requests = configuration.reloadRequests {
            services.append(ReloadService(parts: reloadedParts(of: server, api), requests: requests, log: log))
        }
        if let learning = workers.learning { services.append(learning) }
        // The services stop in reverse: first the server, then the workers, so that recently accepted events are still
        // written.
        services += [gated(workers), HTTPService(server: server, drain: configuration.drain), api.replays, console]
        if let supervision = supervision(of: workers, url, server) { services.append(supervision) }
        try await ServiceGroup(services).run(until: stop)
    }

    private func supervision(of workers: WorkerService, _ url: String, _ server: HTTPServer) -> (any Service)? {
        let plan = configuration.workers.description
        return workers.supervision(
            configuration.supervision, activity: "serves on \(url), workers \(plan.isEmpty ? "none" : plan)", log: log
        ) {
            // A loop that hangs accepts no connections, and does not answer this either.
            _ = await server.statistics
        }
    }

    /// Tells that events of before wait in the spool, where nothing forwards them yet.
    private func reportSpool() async {
        guard let status = try? await pipeline.spool?.status(), status.messages > 0 else { return }
        log(
            .warning, "events wait in the spool until PUT /mode opens the broker: the mode direct forwards none",
            ["count": "\(status.messages)"])
    }

    /// What needs the broker waits where that is opened late.
    private func gated(_ service: any Service) -> any Service {
        pipeline.late.map { GatedService(service: service, broker: $0) } ?? service
    }

    private func archiver(_ archive: DeadLetterArchive) -> DeadLetterArchiver {
        DeadLetterArchiver(pipeline.broker, archive: archive, now: { .now }) { [log] in log.write($0) }
    }

    private var spoolReader: HTTPAPI.SpoolReader? {
        guard let spool = pipeline.spool else { return nil }
        return { () async throws(MessagingError) in try await spool.status() }
    }

    private func console(_ activity: ActivityRecord, _ workers: WorkerService) -> ConsoleFeed {
        var sources = ConsoleFeed.Sources(broker: pipeline.broker, now: { .now })
        sources.spool = spoolReader
        sources.workers = { workers.state }
        for (kind, count) in configuration.workers.counts { sources.workerCounts[kind.queue] = count }
        sources.version = Version.current
        return ConsoleFeed(sources, activity: activity)
    }

    private func server(
        _ room: QueueRoom?, _ archive: DeadLetterArchive, _ instruments: Monitoring.Instruments,
        _ console: ConsoleFeed, _ intake: IntakePath, _ mode: ModeControl
    ) async throws -> (HTTPServer, HTTPAPI) {
        var publisher = try await pipeline.broker.makePublisher()
        if let room { publisher = GuardedPublisher(publisher, room: room) }
        if let spool = pipeline.spool { publisher = SpoolingPublisher(publisher, spool: spool) }
        var limits = HTTPAPI.Limits()
        // Bodies and answers have parts of their own, so that clients which do not read keep nobody from posting.
        limits.memory = configuration.memoryBudget / 2
        // What could never fit is refused for its size.
        limits.bodyBytes = min(limits.bodyBytes, limits.memory / (2 + HTTPAPI.memoryPerBodyByte))
        var administration = HTTPAPI.Administration(
            opensReads: configuration.opensReads, replays: configuration.replayDirectory, archive: archive)
        administration.credentials = configuration.credentials
        administration.isLoopbackOnly = HTTPAPI.Administration.isLoopback(configuration.host)
        administration.rateLimit = configuration.rateLimit
        let audit = AuditLog(path: configuration.auditFile, log: log) { .now }
        let api = HTTPAPI(
            publisher: intake.publisher(over: publisher), broker: pipeline.broker, graph: pipeline.graph,
            profiles: pipeline.profiles, limits: limits, spool: spoolReader,
            administration: administration,
            allowedOrigins: configuration.allowedOrigins, instruments: instruments,
            report: { [log] in log.write($0, audit) }, console: console, mode: mode, now: { .now })
        var http = HTTPServerConfiguration(host: configuration.host, port: Int(configuration.port))
        http.maxConnections = configuration.maxConnections
        http.timeouts.head = configuration.headTimeout
        http.timeouts.body = configuration.bodyTimeout
        http.loops = configuration.threads
        http.tls = try configuration.loadCertificate.map { load in HTTPServerTLS(try load()) }
        http.maxBodyBytes = limits.bodyBytes
        http.maxBufferedBodyBytes = configuration.memoryBudget / 4
        http.maxBufferedAnswerBytes = configuration.memoryBudget / 4
        http.refusal = { api.respond(to: $0) }
        http.lateAnswer = { api.lateAnswer($0) }
        http.report = { [log] in log.write($0) }
        // An event's request spends most of its time waiting for the broker, and here never changes threads. Bodies that
        // take long to decode go to the pool, so that other requests do not wait for them.
        http.inlineBodyLimit = 4_096
        let server = HTTPServer(configuration: http, executor: pipeline.publishingExecutor) {
            await api.respond(to: $0)
        }
        return (server, api)
    }

    private func reloadedParts(of server: HTTPServer, _ api: HTTPAPI) -> [ReloadService.Part] {
        var parts: [ReloadService.Part] = []
        if let load = configuration.loadCertificate {
            parts.append(
                ReloadService.Part(
                    success: "reloaded the certificate: new connections use it, open ones keep theirs",
                    failure: "the certificate could not be reloaded; the old one stays"
                ) { try await server.reloadCertificate(HTTPServerTLS(try load())) })
        }
        if let load = configuration.loadCredentials {
            parts.append(
                ReloadService.Part(
                    success: "reloaded tokens and keys: requests from now on are checked against them",
                    failure: "tokens and keys could not be reloaded; the old ones stay"
                ) { api.access.replace(try load()) })
        }
        return parts
    }
}

extension ConsoleFeed: Service {}

extension ReplayDesk: Service {}

extension SpoolForwarder: Service {}

extension OldestLetter: Service {}

extension DeadLetterRestorer: Service {}

extension QueueWatch: Service {}

extension DeadLetterArchiver: Service {}

extension Log {
    fileprivate func write(_ notice: HTTPServerNotice) {
        switch notice {
        case .connectionsBounded(let count, let needed):
            self(
                .warning, "fewer connections than --max-connections are served: the process may open too few files",
                ["connections": "\(count)", "files_needed": "\(needed)"])
        case .connectionRefused(let limit):
            self(.warning, "a connection was refused: as many as allowed are open", ["limit": "\(limit)"])
        case .acceptingPaused(let code):
            self(
                .error, "new connections wait: the process has no file descriptor or memory left for them",
                ["errno": "\(code)"])
        }
    }

    fileprivate func write(_ notice: HTTPAPI.Notice, _ audit: AuditLog) {
        switch notice {
        case .action(let action): audit.write(action)
        case .unauthorized(let route, let address, let hasToken):
            self(
                .warning, "a request was refused for its API token",
                ["route": route, "address": address, "token": hasToken ? "unknown" : "missing"])
        }
    }

    fileprivate func write(_ report: DeadLetterRestorer.Report) {
        switch report {
        case .restored(let queue, let count):
            self(
                .info, "events that the broker gave up are back in their queue", ["queue": queue, "count": "\(count)"])
        case .failed(let error):
            self(.error, "dead letters could not be read", ["error": error.message])
        }
    }

    fileprivate func write(_ report: QueueWatch.Report) {
        switch report {
        case .full(let queue, let messages, let limit):
            self(
                .warning, "a work queue is nearly full: new events wait outside until its workers have caught up",
                ["queue": queue, "messages": "\(messages)", "limit": "\(limit)"])
        case .roomAgain: self(.info, "the work queues have room again")
        case .blind(let error):
            self(
                .error, "the broker does not tell how full its queues are; a full one drops its oldest event",
                ["error": error.message])
        }
    }

    fileprivate func write(_ report: DeadLetterArchiver.Report) {
        switch report {
        case .archived(let count, let file):
            self(
                .warning, "dead letters would have expired and are in the archive: dlq import brings them back",
                ["count": "\(count)", "file": file])
        case .refused(let count, let reason):
            self(.error, "dead letters expire within a day", ["count": "\(count)", "error": reason])
        case .failed(let error):
            self(.error, "dead letters could not be archived", ["error": error])
        }
    }

    fileprivate func write(_ report: SpoolForwarder.Report) {
        switch report {
        case .forwarded(let count):
            self(.info, "events forwarded from the spool to the broker", ["count": "\(count)"])
        case .waiting(let cause, let delay):
            self(.warning, "events wait in the spool", ["retry_in": delay.shown, "error": cause])
        }
    }
}
