import Events
import Messaging

/// The spans of a batch: for each event whose trace is sampled, its processing, and below that the write into the store.
struct BatchTrace {
    private let spans: SpanBuffer
    private let worker: Worker
    private let receivedAt: Timestamp
    /// When the store was asked.
    private let askedAt: Timestamp

    /// A trace of a batch that the store is about to be asked to write.
    init(_ spans: SpanBuffer, of worker: Worker, receivedAt: Timestamp) {
        self.spans = spans
        self.worker = worker
        self.receivedAt = receivedAt
        askedAt = worker.now()
    }

    /// Events that the store has committed.
    func wrote(_ items: ArraySlice<BatchTriage.Item>) {
        add(items.lazy.map { ($0.delivery.message, nil) }, count: items.count)
    }

    /// Events that were not written.
    func failed(_ failures: [FailedDelivery]) {
        add(failures.lazy.map { ($0.delivery.message, $0.error) }, count: failures.count)
    }

    private func add(_ messages: some Sequence<(message: Message, error: String?)>, count: Int) {
        var generator = SystemRandomNumberGenerator()
        let now = worker.now()
        var ended: [TraceSpan] = []
        for (message, error) in messages {
            guard let parent = message.trace, parent.isSampled else { continue }
            let process = parent.child(using: &generator)
            var attributes: [TraceSpan.Attribute] = [
                .init("messaging.system", "rabbitmq"), .init("messaging.operation.name", "process"),
                .init("messaging.operation.type", "process"),
                .init("messaging.destination.name", .text(worker.queue)),
                .init("messaging.batch.message_count", .number(count)),
            ]
            if let id = message.properties.messageID { attributes.append(.init("messaging.message.id", .text(id))) }
            ended.append(
                TraceSpan(
                    "process \(worker.queue)", .consumer, process, parentID: parent.spanID, start: receivedAt,
                    end: now, attributes: attributes, error: error))
            guard error == nil else { continue }
            ended.append(
                TraceSpan(
                    "write_batch", .client, process.child(using: &generator), parentID: process.spanID, start: askedAt,
                    end: now,
                    attributes: [
                        .init("db.system.name", .text(worker.system)), .init("db.operation.name", "write_batch"),
                        .init("db.operation.batch.size", .number(count)),
                    ]))
        }
        spans.add(ended)
    }
}
