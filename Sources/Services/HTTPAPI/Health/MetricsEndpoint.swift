import DeadLetters
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
            "debias_queue_messages_ready", .gauge, "Messages that wait in the queue for a consumer.",
            queues.map { ([("queue", $0.name)], Double($0.status.ready)) })
        metrics.add(
            "debias_queue_messages_unacknowledged", .gauge,
            "Messages that consumers hold; left out where other processes consume too and the broker does not tell.",
            queues.compactMap { queue in
                queue.status.unacknowledged.map { ([("queue", queue.name)], Double($0)) }
            })
        metrics.add(
            "debias_queue_consumers", .gauge, "Consumers of the queue.",
            queues.map { ([("queue", $0.name)], Double($0.status.consumers)) })
        metrics.add(
            "debias_workers_paused", .gauge, "Whether the queue's workers wait for their store (circuit breaker open).",
            PipelineTopology.workQueues.map { ([("queue", $0)], state.pauses[$0] == nil ? 0 : 1) })
        metrics.add(
            "debias_worker_stalled_seconds", .gauge,
            "Seconds for which a worker of this process has hung, or has got nothing but errors from the broker.",
            PipelineTopology.workQueues.map { queue in
                let time = max(state.stalls[queue] ?? .zero, state.interruptions[queue]?.duration ?? .zero)
                return ([("queue", queue)], Double(time.components.seconds))
            })
        if let spool {
            metrics.add(
                "debias_spool_messages", .gauge, "Events that wait on this machine for the broker.",
                [([], Double(spool.messages))])
            metrics.add(
                "debias_spool_limit", .gauge, "The most events that the spool takes.", [([], Double(spool.limit))])
        }
        if let letters = administration.archived?() {
            metrics.add(
                "debias_dead_letters_archived_total", .counter,
                "Dead letters that this process moved to the archive before they expired.",
                [([], Double(letters.archived))])
            metrics.add(
                "debias_dead_letters_expiring", .gauge,
                "Dead letters that expire within a day and that the archive did not take.",
                [([], Double(letters.refused))])
        }
        metrics.add(
            "debias_http_unauthorized_total", .counter,
            "Requests refused for their token: an unknown one, or none where one is needed.",
            [
                ([("token", "unknown")], Double(unauthorized.unknown)),
                ([("token", "missing")], Double(unauthorized.missing)),
            ])
        metrics.add(
            "process_start_time_seconds", .gauge, "When the process began to serve, in seconds since 1970.",
            [([], Double(startedAt.microseconds) / 1_000_000)])
        return HTTPResponse(
            headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
            body: .bytes(Array(metrics.text.utf8)))
    }
}
