import Events
import HTTPMessages
import HTTPServer
import Messaging
import Workers

extension HTTPAPI {
    /// `GET /metrics`, for Prometheus. While the broker is away, metrics that only the broker knows are left out.
    func metrics(_: HTTPRequest, _: PathParameters) async -> HTTPResponse {
        let names = PipelineTopology.workQueues + [PipelineTopology.deadLetterQueue]
        var queues: [(name: String, status: QueueStatus)] = []
        var isUp = true
        do throws(MessagingError) {
            let status = try await broker.status(of: names)
            queues = names.compactMap { name in status[name].map { (name, $0) } }
        } catch {
            isUp = false
        }
        let spool = try? await self.spool?()
        let state = workers()

        var metrics = MetricsText()
        metrics.add("debias_broker_up", .gauge, "Whether the broker answers.", [([], isUp ? 1 : 0)])
        metrics.add(
            "debias_queue_messages", .gauge, "Messages in the queue, including those that consumers hold.",
            queues.map { ([("queue", $0.name)], Double($0.status.messages)) })
        metrics.add(
            "debias_queue_consumers", .gauge, "Consumers of the queue.",
            queues.map { ([("queue", $0.name)], Double($0.status.consumers)) })
        metrics.add(
            "debias_workers_paused", .gauge, "Whether the queue's workers wait for their store (circuit breaker open).",
            PipelineTopology.workQueues.map { ([("queue", $0)], state.pauses[$0] == nil ? 0 : 1) })
        metrics.add(
            "debias_worker_stalled_seconds", .gauge, "Seconds for which a worker of this process has hung.",
            PipelineTopology.workQueues.map { ([("queue", $0)], Double(state.stalls[$0]?.components.seconds ?? 0)) })
        if let spool {
            metrics.add(
                "debias_spool_messages", .gauge, "Events that wait on this machine for the broker.",
                [([], Double(spool.messages))])
            metrics.add(
                "debias_spool_limit", .gauge, "The most events that the spool takes.", [([], Double(spool.limit))])
        }
        metrics.add(
            "process_start_time_seconds", .gauge, "When the process began to serve, in seconds since 1970.",
            [([], Double(startedAt.microseconds) / 1_000_000)])
        return HTTPResponse(
            headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
            body: .bytes(Array(metrics.text.utf8)))
    }
}
