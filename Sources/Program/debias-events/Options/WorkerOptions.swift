import Arguments
import Platform
import Workers

/// How workers take and write events.
struct WorkerOptions: ArgumentGroup {
    @Option(
        help: "The most events that are written together (default: 500; with Neo4j or Qdrant 1000, two at once).",
        valueName: "events")
    var batch: Int?

    @Option(
        help: "The most events that a worker holds unacknowledged (default: two batches; with Neo4j or Qdrant three).",
        valueName: "events")
    var prefetch: Int?

    @Option(help: "How long the first event of a batch may wait for others.")
    var linger = Duration.milliseconds(5)

    @Option(
        help: "How often vectors of products are learned from the events that came; 0s for never.",
        environment: "DEBIAS_LEARN_EVERY")
    var learnEvery = Duration.seconds(30)

    @Option(
        help:
            "How long one step of a worker may take before /health and the supervisor's watchdog count it as hanging; stores and brokers have deadlines of a minute at most.",
        environment: "DEBIAS_STALL_TIMEOUT")
    var stallTimeout = WorkersState.stallTimeout

    mutating func validate() throws {
        guard stallTimeout >= .seconds(1), stallTimeout <= .seconds(86_400) else {
            throw ValidationError("--stall-timeout must be from 1s to 24h")
        }
        guard learnEvery >= .zero, learnEvery <= .seconds(86_400) else {
            throw ValidationError("--learn-every must be from 0s to 24h")
        }
        guard batch.map({ (1...100_000).contains($0) }) ?? true else {
            throw ValidationError("--batch must be from 1 to 100000")
        }
        guard prefetch.map({ (1...1_000_000).contains($0) }) ?? true else {
            throw ValidationError("--prefetch must be from 1 to 1000000")
        }
        guard linger >= .zero, linger <= .seconds(10) else { throw ValidationError("--linger must be from 0 to 10s") }
    }

    /// The name of the workers contains the process id, so that a dead letter names the worker that gave it up.
    var configuration: WorkerConfiguration {
        WorkerConfiguration(
            batch: batch, linger: linger, prefetch: prefetch, stallTimeout: stallTimeout,
            name: "\(ProcessStatistics.current().processID)")
    }
}
