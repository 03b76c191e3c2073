package import Messaging

extension Message {
    /// A message whose body is `text`.
    package init(_ text: String, properties: MessageProperties = MessageProperties()) {
        self.init(body: [UInt8](text.utf8), properties: properties)
    }

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }
}

extension Delivery {
    /// The body as text.
    package var text: String { message.text }
}

extension Publication {
    /// Sends `text` through the default exchange to `queue`.
    package init(_ text: String, to queue: String, properties: MessageProperties = MessageProperties()) {
        self.init(exchange: "", routingKey: queue, message: Message(text, properties: properties))
    }
}

extension Publisher {
    /// Publishes, and fails unless every message is confirmed.
    package func confirm(_ publications: [Publication]) async throws {
        for (outcome, publication) in zip(await publish(publications), publications) where outcome != .confirmed {
            throw ConformanceFailure(
                "publishing to '\(publication.exchange)' with '\(publication.routingKey)': \(outcome)")
        }
    }

    /// Sends each text through the default exchange to `queue`.
    package func confirm(_ texts: [String], to queue: String) async throws {
        try await confirm(texts.map { Publication($0, to: queue) })
    }
}
