import Messaging

/// A publication that has been checked and encoded, on the publisher's side of the hand-over.
struct PreparedPublication: Sendable {
    let exchange: String
    let routingKey: String
    let priority: UInt8
    let expiration: UInt32?
    let envelope: [UInt8]
    let body: [UInt8]

    /// The publication's share of the bytes that wait.
    var size: Int { envelope.count + body.count }

    /// Why no broker would accept a publication.
    struct Refusal: Error {
        let reason: String
    }

    /// Checks that AMQP 0-9-1 can carry the publication, so that what works here also works on RabbitMQ.
    init(_ publication: Publication, maximumBodyBytes: Int) throws(Refusal) {
        let properties = publication.message.properties
        try Self.checkShort(publication.exchange, "exchange")
        try Self.checkShort(publication.routingKey, "routing key")
        if let type = properties.contentType { try Self.checkShort(type, "content type") }
        if let id = properties.messageID { try Self.checkShort(id, "message id") }
        if let type = properties.type { try Self.checkShort(type, "type") }
        for (property, text) in properties.carried { try Self.checkShort(text, "\(property)") }
        guard properties.headers.hasValidKeys else {
            throw Refusal(reason: "a header's name is empty or longer than 255 bytes")
        }
        guard !publication.message.isBodyLeftOut else { throw Refusal(reason: "the body was left out") }
        guard publication.message.body.count <= maximumBodyBytes else {
            throw Refusal(
                reason: "the body has \(publication.message.body.count) bytes, more than \(maximumBodyBytes)")
        }
        let envelope = Envelope(
            exchange: publication.exchange, routingKey: publication.routingKey, properties: properties)
        guard let encoded = envelope.encoded() else {
            throw Refusal(reason: "the headers are nested deeper than \(HeaderNesting.limit)")
        }
        exchange = publication.exchange
        routingKey = publication.routingKey
        priority = properties.priority
        expiration = properties.expiration
        self.envelope = encoded
        body = publication.message.body
    }

    private static func checkShort(_ text: String, _ name: @autoclosure () -> String) throws(Refusal) {
        if text.utf8.count > 255 { throw Refusal(reason: "the \(name()) is longer than 255 bytes") }
    }
}

extension HeaderTable {
    /// Whether the names of this table's own headers fit AMQP's short strings; nested ones are the application's.
    fileprivate var hasValidKeys: Bool {
        entries.allSatisfy { (1...255).contains($0.key.utf8.count) }
    }
}
