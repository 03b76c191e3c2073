import DeadLetters
import Events
import HTTPAPI
import HTTPServer
import Messaging
package import Observability

/// The API and its workers in one process.
package struct ServeService: Sendable {
    private let pipeline: Pipeline
    private let configuration: ServeConfiguration
    private let log: Log

    /// A service over the pipeline's parts; the pipeline is closed by who opened it.
    package init(_ pipeline: Pipeline, _ configuration: ServeConfiguration, log: Log) {
        self.pipeline = pipeline
        self.configuration = configuration
        self.log = log
    }

    /// Serves until `stop` returns, then answers what is under way and lets the workers finish what they hold.
    ///
    /// - Parameter started: called once with the URL, when connections are taken.
    /// - Throws: ``HTTPServerError`` if the address cannot be listened on, `MessagingError` if the broker is away.
    package func run(
        until stop: @escaping @Sendable () async -> Void, started: @Sendable (_ url: String) -> Void
    ) async throws {
        var publisher = try await pipeline.broker.makePublisher()
        var spoolReader: HTTPAPI.SpoolReader?
        if let spool = pipeline.spool {
            publisher = SpoolingPublisher(publisher, spool: spool)
            spoolReader = { () async throws(MessagingError) in try await spool.status() }
        }
        let workers = WorkerService(
            pipeline, plan: configuration.workers, tuning: configuration.tuning, log: log)
        let api = HTTPAPI(
            publisher: publisher, broker: pipeline.broker, graph: pipeline.graph, profiles: pipeline.profiles,
            limits: configuration.limits, spool: spoolReader, administration: configuration.administration,
            workers: { workers.state }, now: { .now })
        var http = configuration.http
        http.maxBodyBytes = configuration.limits.bodyBytes
        http.refusal = { api.respond(to: $0) }
        // An event's request waits for RabbitMQ most of its time, and is never handed to another thread then. What takes
        // long to decode goes to the pool, not to keep the others waiting.
        if pipeline.publishingExecutor != nil { http.inlineBodyLimit = 4_096 }
        let server = HTTPServer(configuration: http, executor: pipeline.publishingExecutor) {
            await api.respond(to: $0)
        }
        let address = try await server.start()
        started("\(http.tls == nil ? "http" : "https")://\(address)")

        let forwarder = pipeline.spool.map { spool in
            SpoolForwarder(spool, to: pipeline.broker, topology: configuration.topology) { log.write($0) }
        }
        await withTaskGroup { group in
            if let forwarder { group.addTask { await forwarder.run() } }
            if let length = configuration.restoringBelow {
                let restorer = DeadLetterRestorer(pipeline.broker, maxLength: length) { log.write($0) }
                group.addTask { await restorer.run() }
            }
            await withTaskGroup { working in
                working.addTask { await workers.run() }
                await stop()
                // First no new events, then the workers: what was accepted a moment ago is still written.
                await server.stop(drain: configuration.drain)
                workers.stop()
            }
            // What is left in the spool stays there for the next start.
            group.cancelAll()
        }
    }
}

extension Log {
    fileprivate func write(_ report: DeadLetterRestorer.Report) {
        switch report {
        case .restored(let queue, let count):
            self(
                .info, "events that the broker gave up are back in their queue", ["queue": queue, "count": "\(count)"])
        case .failed(let error):
            self(.error, "dead letters could not be looked through", ["error": error.message])
        }
    }

    fileprivate func write(_ report: SpoolForwarder.Report) {
        switch report {
        case .forwarded(let count):
            self(.info, "events forwarded from the spool to the broker", ["count": "\(count)"])
        case .waiting(let cause, let delay):
            self(.warning, "events wait in the spool", ["retry_in": "\(delay)", "error": cause])
        }
    }
}
