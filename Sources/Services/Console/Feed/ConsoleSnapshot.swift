import Events
package import JSON
package import Messaging
package import Workers

/// The state of the pipeline at one moment, as the console shows it.
package struct ConsoleSnapshot: Sendable {
    /// What the broker says of its queues.
    package enum Queues: Sendable, Hashable {
        /// Not asked yet.
        case unknown
        case counted([String: QueueStatus])
        /// The broker does not answer, for this reason.
        case failed(String)
    }

    /// Counts the snapshots of a process.
    package var number: Int
    package var second: ActivitySecond
    package var queues: Queues
    /// Nil without a spool, and for one that cannot be read.
    package var spool: SpoolStatus?
    package var workers: WorkersState
    /// How many workers of each queue this process has.
    package var workerCounts: [String: Int]
    package var uptime: Duration
    package var version: String
    /// Some of the newest events, newest first.
    package var samples: [EventSample]

    /// The snapshot as one JSON object. Ids of users and products are numbers that JavaScript may not be able to hold:
    /// they are written as strings.
    package var json: JSONWriter {
        var json = JSONWriter(reserving: 4_096)
        json.object { json in
            json.member("number", number)
            json.member("version", version)
            json.member("uptime_seconds", uptime.components.seconds)
            json.key("second")
            json.value(second)
            writeQueues(&json)
            writeWorkers(&json)
            if let spool {
                json.key("spool")
                json.object { json in
                    json.member("messages", spool.messages)
                    json.member("limit", spool.limit)
                    if let cause = spool.cause { json.member("cause", cause) }
                }
            }
            json.key("events")
            json.array { json in
                for sample in samples { json.value(sample) }
            }
        }
        return json
    }

    private func writeQueues(_ json: inout JSONWriter) {
        if case .failed(let error) = queues { json.member("broker_error", error) }
        guard case .counted(let counts) = queues else { return }
        json.key("queues")
        json.array { json in
            for name in PipelineTopology.workQueues + [PipelineTopology.deadLetterQueue] {
                guard let queue = counts[name] else { continue }
                json.object { json in
                    json.member("name", name)
                    json.member("messages", queue.messages)
                    json.member("ready", queue.ready)
                    if let count = queue.unacknowledged { json.member("unacknowledged", count) }
                    json.member("consumers", queue.consumers)
                }
            }
        }
    }

    private func writeWorkers(_ json: inout JSONWriter) {
        json.key("workers")
        json.array { json in
            for name in PipelineTopology.workQueues {
                json.object { json in
                    json.member("queue", name)
                    json.member("here", workerCounts[name] ?? 0)
                    if let reason = workers.pauses[name] { json.member("paused", reason) }
                    if let time = workers.stalls[name] { json.member("stalled_seconds", time.components.seconds) }
                    if let interruption = workers.interruptions[name] {
                        json.member("interrupted", interruption.cause)
                        json.member("interrupted_seconds", interruption.duration.components.seconds)
                    }
                }
            }
        }
    }
}

extension JSONWriter {
    /// Writes a second with the members that are not zero or unknown.
    package mutating func value(_ second: ActivitySecond) {
        object { json in
            json.member("at", second.at)
            json.member("accepted", second.accepted)
            if second.spooled > 0 { json.member("spooled", second.spooled) }
            if second.refused > 0 { json.member("refused", second.refused) }
            json.member("confirm", second.confirm)
            json.key("stores")
            json.object { json in
                for (queue, store) in second.stores.sorted(by: { $0.key < $1.key }) {
                    json.key(queue)
                    json.object { json in
                        json.member("stored", store.stored)
                        if store.retried > 0 { json.member("retried", store.retried) }
                        if store.deadLettered > 0 { json.member("dead_lettered", store.deadLettered) }
                        json.member("age", store.age)
                    }
                }
            }
            guard !second.depths.isEmpty else { return }
            json.key("depths")
            json.object { json in
                for (queue, depth) in second.depths.sorted(by: { $0.key < $1.key }) { json.member(queue, depth) }
            }
        }
    }

    fileprivate mutating func member(_ name: String, _ latency: ActivitySecond.Latency?) {
        guard let latency else { return }
        key(name)
        object { json in
            json.member("p50", latency.median)
            json.member("p99", latency.high)
        }
    }

    fileprivate mutating func value(_ sample: EventSample) {
        object { json in
            json.member("event_id", sample.id)
            json.member("type", sample.type)
            json.member("user_id", String(sample.userID))
            json.member("product_id", String(sample.productID))
            json.member("accepted_at", sample.acceptedAt)
            if sample.isSpooled { json.member("spooled", true) }
            json.key("stored_at")
            json.object { json in
                for (queue, moment) in sample.storedAt.sorted(by: { $0.key < $1.key }) { json.member(queue, moment) }
            }
        }
    }
}
