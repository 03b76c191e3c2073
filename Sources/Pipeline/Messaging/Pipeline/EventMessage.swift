package import Events

/// How messages carry events: the event's JSON as the body, identity and trace in the properties.
package enum EventMessage {
    /// The MIME type of the body.
    package static let contentType = "application/json"
    /// The header of the W3C trace context.
    package static let traceHeader = "traceparent"

    /// The publication of `event` to the event exchange.
    ///
    /// - Parameters:
    ///   - publishedAt: written into the body and, in seconds, into the timestamp.
    ///   - trace: the request that brought the event.
    package static func publication(of event: Event, publishedAt: Timestamp, trace: TraceContext) -> Publication {
        Publication(
            exchange: PipelineTopology.eventExchange, routingKey: PipelineTopology.routingKey,
            message: Message(
                body: event.encoded(publishedAt: publishedAt),
                properties: MessageProperties(
                    contentType: contentType, messageID: event.id.description, type: event.type.rawValue,
                    timestamp: publishedAt.microseconds / 1_000_000,
                    headers: [traceHeader: .string(trace.description)])))
    }
}
