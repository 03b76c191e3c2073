package import Events
package import Messaging
package import Stores

/// An occurrence that a worker reports, for logs and metrics.
package enum WorkerReport: Sendable, Hashable {
    /// A batch is in the store and acknowledged.
    case wrote(queue: String, AppliedBatch)
    /// Events wait in a delay queue for another attempt; the text is the error of the first event.
    case retrying(queue: String, count: Int, after: PipelineTopology.RetryDelay, error: String, first: EventReference)
    /// Events were put into the dead-letter queue for this reason; the text is the error of the first event.
    case deadLettered(queue: String, count: Int, reason: DeadLetterReason, error: String, first: EventReference)
    /// The store fails; the worker holds its batch and tries again after the pause.
    case storeFailed(queue: String, StoreError, retryIn: Duration)
    /// The store works again.
    case storeRecovered(queue: String)
    /// The process before this one died while it processed an event alone, and something else than the event explains
    /// that: the death does not count.
    case crashExplained(queue: String, by: String)
    /// The event in progress cannot be noted on disk, so that crashes are not counted.
    case crashesUncounted(queue: String, error: String)
    /// The broker fails; the worker tries again after the pause.
    case brokerFailed(queue: String, MessagingError, retryIn: Duration)
}

/// By what the event of a message is found elsewhere.
package struct EventReference: Sendable, Hashable {
    /// Nil where the message has none that is valid.
    package var id: EventID?
    /// The trace that the event belongs to, in hex; nil for an event without one.
    package var traceID: String?

    package init(id: EventID? = nil, traceID: String? = nil) {
        self.id = id
        self.traceID = traceID
    }

    init(_ message: Message) {
        self.init(id: EventMessage.id(of: message), traceID: message.trace?.traceID)
    }
}
