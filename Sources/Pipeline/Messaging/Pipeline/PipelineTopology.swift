/// The names and arguments that the pipeline uses on every broker.
package enum PipelineTopology {
    /// The fanout exchange that events are published to.
    package static let eventExchange = "events"
    /// The routing key of every event; the fanout exchange ignores it, other consumers may bind by it.
    package static let routingKey = "user.event"
    /// The queue where events wait for the graph worker.
    package static let graphQueue = "events.neo4j"
    /// The queue where events wait for the profile worker.
    package static let profileQueue = "events.qdrant"
    /// The fanout exchange for failed, expired and overflowed events.
    package static let deadLetterExchange = "events.dlx"
    /// The queue where failed, expired and overflowed events wait for an operator.
    package static let deadLetterQueue = "events.dlq"
    /// How long a letter stays in the dead-letter queue, in milliseconds.
    package static let deadLetterTTL: Int64 = 604_800_000
    /// The queues that workers consume.
    package static let workQueues = [graphQueue, profileQueue]

    /// One step of the retry ladder.
    package struct RetryDelay: Sendable, Hashable {
        /// The end of the delay queue's name: `5s`.
        package let label: String
        /// How long a message waits.
        package let milliseconds: Int64

        package init(label: String, milliseconds: Int64) {
            self.label = label
            self.milliseconds = milliseconds
        }

        /// A step whose label is its length: `5s`, `5m`, `250ms`.
        package init(milliseconds: Int64) {
            let label =
                if milliseconds > 0, milliseconds.isMultiple(of: 60_000) {
                    "\(milliseconds / 60_000)m"
                } else if milliseconds > 0, milliseconds.isMultiple(of: 1_000) {
                    "\(milliseconds / 1_000)s"
                } else {
                    "\(milliseconds)ms"
                }
            self.init(label: label, milliseconds: milliseconds)
        }

        /// 5 s, 30 s and 5 min.
        package static let standard = [
            RetryDelay(milliseconds: 5_000), RetryDelay(milliseconds: 30_000), RetryDelay(milliseconds: 300_000),
        ]
    }

    /// The name of the delay queue of a work queue's retry step.
    package static func retryQueue(of queue: String, _ delay: RetryDelay) -> String {
        "\(queue).retry.\(delay.label)"
    }

    /// Exchanges, work queues, the dead-letter queue and the retry ladder.
    ///
    /// A delay queue dead-letters through the default exchange to its own work queue alone: through the fanout
    /// exchange, a retry for one store would reach the other as well.
    package static func topology(
        retryDelays: [RetryDelay] = RetryDelay.standard, maxLength: Int64 = 100_000,
        overflow: Queue.Overflow = .dropHead
    ) -> Topology {
        let work = workQueues.map { name in
            Queue(
                name: name, messageTTL: 86_400_000, maxLength: maxLength, overflow: overflow,
                deadLetterExchange: deadLetterExchange)
        }
        let ladder = workQueues.flatMap { name in
            retryDelays.map { delay in
                Queue(
                    name: retryQueue(of: name, delay), messageTTL: delay.milliseconds,
                    deadLetterExchange: "", deadLetterRoutingKey: name)
            }
        }
        return Topology(
            exchanges: [
                Exchange(name: deadLetterExchange, kind: .fanout),
                Exchange(name: eventExchange, kind: .fanout),
            ],
            queues: [Queue(name: deadLetterQueue, messageTTL: deadLetterTTL)] + work + ladder,
            bindings: [Binding(exchange: deadLetterExchange, queue: deadLetterQueue)]
                + workQueues.map { Binding(exchange: eventExchange, queue: $0) })
    }
}
