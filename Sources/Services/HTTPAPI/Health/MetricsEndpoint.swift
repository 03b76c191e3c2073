import DeadLetters
import Events
import HTTPMessages
import HTTPServer
import Intake
import Messaging
import Metrics
import Platform
import Workers

extension Monitoring {
    /// `GET /metrics`, for Prometheus. While the broker is away, metrics that only the broker knows are left out.
    func metrics() async -> HTTPResponse {
        let names = Self.queueNames
        var queues: [(name: String, status: QueueStatus)] = []
        var isUp = true
        do throws(MessagingError) {
            let status = try await broker.status(of: names)
            queues = names.compactMap { name in status[name].map { (name, $0) } }
        } catch {
            isUp = false
        }
        let state = instruments.workers()

        var text = MetricsText()
        // A broker that nobody uses yet is neither up nor down.
        if broker.isInUse { text.add("debias_broker_up", .gauge, "Whether the broker answers.", isUp ? 1 : 0) }
        text.add(
            "debias_broker_connections_lost_total", .counter,
            "Connections to the broker that ended without being closed.", Double(broker.connectionsLost))
        add(queues, to: &text)
        add(state, to: &text)
        if let spool = try? await self.spool?() { add(spool, to: &text) }
        addDeadLetters(to: &text)
        if purpose == .api {
            intakeMetrics.add(to: &text)
            addMode(to: &text)
            requests.add(to: &text)
            text.add(
                "debias_http_unauthorized_total", .counter,
                "Requests refused for their token: an unknown one, or none where one is needed.",
                [
                    ([("token", "unknown")], Double(unauthorized.unknown)),
                    ([("token", "missing")], Double(unauthorized.missing)),
                ])
        }
        QueueMetrics.add(instruments.queues, to: &text)
        if let spans = instruments.spans, let (exported, failed) = instruments.exported?() {
            text.add(
                "debias_trace_spans_total", .counter,
                "Spans, by whether the collector took them; those for which there was no room are dropped.",
                [
                    ([("result", "exported")], Double(exported)), ([("result", "failed")], Double(failed)),
                    ([("result", "dropped")], Double(spans.dropped)),
                ])
        }
        addProcess(to: &text)
        return HTTPResponse(
            headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
            body: .bytes(Array(text.text.utf8)))
    }

    private func addMode(to text: inout MetricsText) {
        guard let mode = mode?.mode else { return }
        text.add(
            "debias_mode", .gauge, "How posted events come to the stores: 1 for the mode that holds.",
            IntakeMode.allCases.map { ([("mode", $0.rawValue)], $0 == mode ? 1 : 0) })
        guard let direct = instruments.direct else { return }
        text.add(
            "debias_direct_events_total", .counter, "Events that the API wrote itself, by the answer of each store.",
            [("graph", direct.graph), ("vectors", direct.vectors)].flatMap { store, lane in
                DirectCounts.Outcome.allCases.map { outcome in
                    ([("store", store), ("outcome", outcome.rawValue)], Double(lane.counts.count(of: outcome)))
                }
            })
        text.add(
            "debias_arrivals_unnoted_total", .counter,
            "Events whose way could not be noted in the ledger of arrivals: a comparison of the paths errs by these.",
            Double(instruments.unnoted()))
    }

    private func add(_ queues: [(name: String, status: QueueStatus)], to text: inout MetricsText) {
        text.add(
            "debias_queue_messages_ready", .gauge, "Messages that wait in the queue for a consumer.",
            queues.map { ([("queue", $0.name)], Double($0.status.ready)) })
        text.add(
            "debias_queue_messages_unacknowledged", .gauge,
            "Messages that consumers hold; left out where other processes consume too and the broker does not tell.",
            queues.compactMap { queue in
                queue.status.unacknowledged.map { ([("queue", queue.name)], Double($0)) }
            })
        text.add(
            "debias_queue_consumers", .gauge, "Consumers of the queue.",
            queues.map { ([("queue", $0.name)], Double($0.status.consumers)) })
    }

    private func add(_ state: WorkersState, to text: inout MetricsText) {
        text.add(
            "debias_workers_paused", .gauge, "Whether the queue's workers wait for their store (circuit breaker open).",
            PipelineTopology.workQueues.map { ([("queue", $0)], state.pauses[$0] == nil ? 0 : 1) })
        text.add(
            "debias_worker_stalled_seconds", .gauge,
            "Seconds for which a worker of this process has hung, or has got nothing but errors from the broker.",
            PipelineTopology.workQueues.map { queue in
                let time = max(state.stalls[queue] ?? .zero, state.interruptions[queue]?.duration ?? .zero)
                return ([("queue", queue)], Double(time.components.seconds))
            })
    }

    private func add(_ spool: SpoolStatus, to text: inout MetricsText) {
        text.add(
            "debias_spool_messages", .gauge, "Events that wait on this machine for the broker.",
            Double(spool.messages))
        text.add("debias_spool_limit", .gauge, "The most events that the spool takes.", Double(spool.limit))
        text.add(
            "debias_spool_forwarded_total", .counter, "Events that were forwarded from the spool to the broker.",
            Double(instruments.forwarded()))
    }

    private func addDeadLetters(to text: inout MetricsText) {
        if let oldest = instruments.oldestLetter() {
            text.add(
                "debias_dead_letters_oldest_age_seconds", .gauge,
                "Time since the dead letter at the head of the queue was given up; looked up once a minute.",
                max(0, Double(now().microseconds - oldest.microseconds) / 1_000_000))
        }
        guard let letters = instruments.archived?() else { return }
        text.add(
            "debias_dead_letters_archived_total", .counter,
            "Dead letters that this process moved to the archive before they expired.", Double(letters.archived))
        text.add(
            "debias_dead_letters_expiring", .gauge,
            "Dead letters that expire within a day and that the archive did not take.", Double(letters.refused))
    }

    private func addProcess(to text: inout MetricsText) {
        let process = ProcessStatistics.current()
        text.add(
            "process_start_time_seconds", .gauge, "When the process began to serve, in seconds since 1970.",
            Double(startedAt.microseconds) / 1_000_000)
        text.add(
            "process_cpu_seconds_total", .counter, "Processor time used, in user and kernel mode.",
            Double(process.processorTime.components.seconds) + Double(
                process.processorTime.components.attoseconds) / 1e18)
        text.add(
            "process_resident_memory_bytes", .gauge, "Memory in use.", Double(process.residentBytes))
        text.add(
            "process_open_fds", .gauge, "Open file descriptors.", Double(ProcessStatistics.openDescriptors()))
        text.add(
            "process_max_fds", .gauge, "The most file descriptors that may be open.", Double(process.descriptorLimit))
        if let directory = instruments.dataDirectory, let free = try? FileSystem.freeBytes(at: directory) {
            text.add(
                "debias_data_folder_free_bytes", .gauge, "What may still be written on the data folder's disk.",
                Double(free))
        }
    }
}
