import AMQPClient
import AMQPWire
import Messaging

extension BasicProperties {
    /// The properties on the wire, without those at their default.
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
        contentEncoding = properties.carried[.contentEncoding]
        correlationID = properties.carried[.correlationID]
        replyTo = properties.carried[.replyTo]
        appID = properties.carried[.appID]
    }
}

extension MessageProperties {
    /// The properties from the wire. An expiration that is not a number of milliseconds is left out.
    init(_ properties: BasicProperties) {
        self.init(
            contentType: properties.contentType, messageID: properties.messageID, type: properties.type,
            timestamp: properties.timestamp.map { Int64(bitPattern: $0) }, isPersistent: properties.deliveryMode == 2,
            priority: properties.priority ?? 0, expiration: properties.expiration.flatMap { UInt32($0) },
            headers: properties.headers.map { HeaderTable($0) } ?? [:])
        if let text = properties.contentEncoding { carried[.contentEncoding] = text }
        if let text = properties.correlationID { carried[.correlationID] = text }
        if let text = properties.replyTo { carried[.replyTo] = text }
        if let text = properties.appID { carried[.appID] = text }
    }
}

extension AMQPOutgoing {
    /// Always mandatory: the broker returns a message that reaches no queue.
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
