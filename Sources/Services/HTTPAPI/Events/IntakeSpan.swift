import Events
import Messaging

/// The span of a request that brings events.
struct IntakeSpan: Sendable {
    let context: TraceContext
    let parentID: UInt64?
    let route: StaticString
    let start: Timestamp

    /// Ends the span with the outcome of publishing.
    ///
    /// - Parameter id: The event, where it is one.
    func end(_ outcomes: [PublishOutcome], id: EventID?, at moment: Timestamp, _ spans: SpanBuffer) {
        guard context.isSampled else { return }
        let failure = outcomes.first { !$0.isDurable && !$0.isRefusal } ?? outcomes.first(where: \.isRefusal)
        var attributes: [TraceSpan.Attribute] = [
            .init("http.request.method", "POST"), .init("http.route", .text(route.description)),
            .init("http.response.status_code", failure.map { $0.isRefusal ? 409 : 503 } ?? 200),
            .init("messaging.system", "rabbitmq"),
            .init("messaging.destination.name", .text(Self.destination)),
        ]
        if let id {
            attributes.append(.init("messaging.message.id", .text(id.description)))
        } else {
            attributes.append(.init("messaging.batch.message_count", .number(outcomes.count)))
        }
        spans.add([
            TraceSpan(
                "POST \(route)", .server, context, parentID: parentID, start: start, end: moment,
                attributes: attributes, error: failure.map { "\($0)" })
        ])
    }

    /// Exchange and routing key, as OpenTelemetry names RabbitMQ's destinations.
    private static let destination = "\(PipelineTopology.eventExchange):\(PipelineTopology.routingKey)"
}
