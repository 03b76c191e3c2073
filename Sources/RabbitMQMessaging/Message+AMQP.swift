import AMQPClient
import AMQPWire
import Messaging

extension BasicProperties {
    /// The properties on the wire; what is at its default is absent.
    init(_ properties: MessageProperties) {
        self.init()
        contentType = properties.contentType
        messageID = properties.messageID
        type = properties.type
        timestamp = properties.timestamp.map { UInt64(bitPattern: $0) }
        deliveryMode = properties.isPersistent ? 2 : 1
        priority = properties.priority == 0 ? nil : properties.priority
        expiration = properties.expiration.map { String($0) }
        headers = properties.headers.isEmpty ? nil : FieldTable(properties.headers)
    }
}

extension MessageProperties {
    /// The properties from the wire. What the pipeline has no use for (content encoding, reply-to, correlation, user and
    /// application ids) is left out, and so is an expiration that is no number of milliseconds.
    init(_ properties: BasicProperties) {
        self.init(
            contentType: properties.contentType, messageID: properties.messageID, type: properties.type,
            timestamp: properties.timestamp.map { Int64(bitPattern: $0) }, isPersistent: properties.deliveryMode == 2,
            priority: properties.priority ?? 0, expiration: properties.expiration.flatMap { UInt32($0) },
            headers: properties.headers.map { HeaderTable($0) } ?? [:])
    }
}

extension AMQPOutgoing {
    /// Always mandatory: what reaches no queue comes back.
    init(_ publication: Publication) {
        self.init(
            exchange: publication.exchange, routingKey: publication.routingKey, mandatory: true,
            properties: BasicProperties(publication.message.properties), body: publication.message.body)
    }
}

extension Delivery {
    init(_ delivery: AMQPDelivery) {
        var message = Message(body: delivery.body, properties: MessageProperties(delivery.properties))
        message.isBodyLeftOut = delivery.isBodyLeftOut
        self.init(
            tag: DeliveryTag(epoch: delivery.tag.epoch, number: delivery.tag.number), message: message,
            exchange: delivery.exchange, routingKey: delivery.routingKey, redelivered: delivery.redelivered)
    }
}
