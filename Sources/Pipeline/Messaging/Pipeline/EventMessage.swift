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

    private static let decoder = EventDecoder()

    /// The event that a message carries, be it from this pipeline or from another producer: what workers write, and
    /// what a letter is once its body has been changed.
    ///
    /// - Parameter receivedAt: Bounds the event's time; neither the id nor a default depends on it.
    package static func event(in message: Message, receivedAt: Timestamp) throws(EventRejection) -> Event {
        try decoder.decode(
            message: try MessageContent(message).bytes, messageID: message.properties.messageID,
            timestamp: message.properties.timestamp,
            receivedAt: receivedAt)
    }

    /// The id of the event that a message carries, which ``event(in:receivedAt:)`` gives it, also where the event is
    /// invalid; nil if the id itself is invalid, or the body is missing.
    package static func id(of message: Message) -> EventID? {
        guard !message.isBodyLeftOut else { return nil }
        return decoder.id(
            ofMessage: message.readableBody, messageID: message.properties.messageID,
            timestamp: message.properties.timestamp)
    }
}

extension Message {
    /// The span that published the message; nil without a valid `traceparent` header.
    package var trace: TraceContext? {
        properties.headers[EventMessage.traceHeader]?.text.flatMap { TraceContext($0) }
    }
}
