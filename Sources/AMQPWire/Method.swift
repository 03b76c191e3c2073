/// A method of AMQP 0-9-1 as it stands in a method frame (section 1.4 ff. of the specification's reference, with
/// RabbitMQ's extensions: exchange.bind, basic.nack, confirm, connection.blocked and update-secret).
///
/// Reserved fields are written as zero or empty, and ignored when read.
public enum Method: Sendable, Hashable {
    // connection (class 10)
    case connectionStart(ConnectionStart)
    case connectionStartOk(ConnectionStartOk)
    case connectionSecure(challenge: [UInt8])
    case connectionSecureOk(response: [UInt8])
    case connectionTune(Tuning)
    case connectionTuneOk(Tuning)
    case connectionOpen(virtualHost: String)
    case connectionOpenOk
    case connectionClose(CloseReason)
    case connectionCloseOk
    case connectionBlocked(reason: String)
    case connectionUnblocked
    case connectionUpdateSecret(newSecret: [UInt8], reason: String)
    case connectionUpdateSecretOk

    // channel (class 20)
    case channelOpen
    case channelOpenOk
    case channelFlow(active: Bool)
    case channelFlowOk(active: Bool)
    case channelClose(CloseReason)
    case channelCloseOk

    // exchange (class 40)
    case exchangeDeclare(ExchangeDeclare)
    case exchangeDeclareOk
    case exchangeDelete(exchange: String, ifUnused: Bool, noWait: Bool)
    case exchangeDeleteOk
    case exchangeBind(ExchangeBinding)
    case exchangeBindOk
    case exchangeUnbind(ExchangeBinding)
    case exchangeUnbindOk

    // queue (class 50)
    case queueDeclare(QueueDeclare)
    case queueDeclareOk(QueueDeclareOk)
    case queueBind(QueueBinding)
    case queueBindOk
    /// Has no no-wait field on the wire; the binding's is ignored.
    case queueUnbind(QueueBinding)
    case queueUnbindOk
    case queuePurge(queue: String, noWait: Bool)
    case queuePurgeOk(messageCount: UInt32)
    case queueDelete(queue: String, ifUnused: Bool, ifEmpty: Bool, noWait: Bool)
    case queueDeleteOk(messageCount: UInt32)

    // basic (class 60)
    case basicQos(prefetchSize: UInt32, prefetchCount: UInt16, global: Bool)
    case basicQosOk
    case basicConsume(BasicConsume)
    case basicConsumeOk(consumerTag: String)
    case basicCancel(consumerTag: String, noWait: Bool)
    case basicCancelOk(consumerTag: String)
    case basicPublish(BasicPublish)
    case basicReturn(BasicReturn)
    case basicDeliver(BasicDeliver)
    case basicGet(queue: String, noAck: Bool)
    case basicGetOk(BasicGetOk)
    case basicGetEmpty
    case basicAck(deliveryTag: UInt64, multiple: Bool)
    case basicReject(deliveryTag: UInt64, requeue: Bool)
    case basicRecoverAsync(requeue: Bool)
    case basicRecover(requeue: Bool)
    case basicRecoverOk
    case basicNack(deliveryTag: UInt64, multiple: Bool, requeue: Bool)

    // confirm (class 85)
    case confirmSelect(noWait: Bool)
    case confirmSelectOk

    // tx (class 90)
    case txSelect
    case txSelectOk
    case txCommit
    case txCommitOk
    case txRollback
    case txRollbackOk
}

/// connection.start.
public struct ConnectionStart: Sendable, Hashable {
    public var versionMajor: UInt8
    public var versionMinor: UInt8
    public var serverProperties: FieldTable
    /// Names of SASL mechanisms, separated by spaces.
    public var mechanisms: String
    /// Names of locales, separated by spaces.
    public var locales: String

    public init(
        versionMajor: UInt8, versionMinor: UInt8, serverProperties: FieldTable, mechanisms: String, locales: String
    ) {
        self.versionMajor = versionMajor
        self.versionMinor = versionMinor
        self.serverProperties = serverProperties
        self.mechanisms = mechanisms
        self.locales = locales
    }
}

/// connection.start-ok. Its description leaves out the response, which holds the password.
public struct ConnectionStartOk: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    public var clientProperties: FieldTable
    public var mechanism: String
    public var response: [UInt8]
    public var locale: String

    public init(clientProperties: FieldTable, mechanism: String, response: [UInt8], locale: String) {
        self.clientProperties = clientProperties
        self.mechanism = mechanism
        self.response = response
        self.locale = locale
    }

    public var description: String { "start-ok(\(mechanism), \(locale))" }
    public var debugDescription: String { description }
}

/// connection.tune and tune-ok.
public struct Tuning: Sendable, Hashable {
    /// 0: no limit.
    public var channelMax: UInt16
    /// The largest frame with its header and end, in bytes; 0: no limit.
    public var frameMax: UInt32
    /// Seconds; 0: none.
    public var heartbeat: UInt16

    public init(channelMax: UInt16, frameMax: UInt32, heartbeat: UInt16) {
        self.channelMax = channelMax
        self.frameMax = frameMax
        self.heartbeat = heartbeat
    }
}

/// What connection.close and channel.close say.
public struct CloseReason: Sendable, Hashable {
    /// A reply code (section 1.2 of the reference).
    public var replyCode: UInt16
    public var replyText: String
    /// The class and method that caused it; 0 when none did.
    public var classID: UInt16
    public var methodID: UInt16

    public init(replyCode: UInt16, replyText: String, classID: UInt16 = 0, methodID: UInt16 = 0) {
        self.replyCode = replyCode
        self.replyText = replyText
        self.classID = classID
        self.methodID = methodID
    }
}

/// exchange.declare.
public struct ExchangeDeclare: Sendable, Hashable {
    public var exchange: String
    public var type: String
    public var passive = false
    public var durable = false
    public var autoDelete = false
    public var isInternal = false
    public var noWait = false
    public var arguments: FieldTable = [:]

    public init(exchange: String, type: String) {
        self.exchange = exchange
        self.type = type
    }
}

/// exchange.bind and exchange.unbind.
public struct ExchangeBinding: Sendable, Hashable {
    public var destination: String
    public var source: String
    public var routingKey: String
    public var noWait = false
    public var arguments: FieldTable = [:]

    public init(destination: String, source: String, routingKey: String) {
        self.destination = destination
        self.source = source
        self.routingKey = routingKey
    }
}

/// queue.declare.
public struct QueueDeclare: Sendable, Hashable {
    /// Empty: the server makes a name.
    public var queue: String
    public var passive = false
    public var durable = false
    public var exclusive = false
    public var autoDelete = false
    public var noWait = false
    public var arguments: FieldTable = [:]

    public init(queue: String) {
        self.queue = queue
    }
}

/// queue.declare-ok.
public struct QueueDeclareOk: Sendable, Hashable {
    public var queue: String
    /// Messages that are ready for delivery.
    public var messageCount: UInt32
    public var consumerCount: UInt32

    public init(queue: String, messageCount: UInt32, consumerCount: UInt32) {
        self.queue = queue
        self.messageCount = messageCount
        self.consumerCount = consumerCount
    }
}

/// queue.bind and queue.unbind.
public struct QueueBinding: Sendable, Hashable {
    public var queue: String
    public var exchange: String
    public var routingKey: String
    public var noWait = false
    public var arguments: FieldTable = [:]

    public init(queue: String, exchange: String, routingKey: String) {
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

/// basic.consume.
public struct BasicConsume: Sendable, Hashable {
    public var queue: String
    /// Empty: the server makes one.
    public var consumerTag: String
    public var noLocal = false
    public var noAck = false
    public var exclusive = false
    public var noWait = false
    public var arguments: FieldTable = [:]

    public init(queue: String, consumerTag: String) {
        self.queue = queue
        self.consumerTag = consumerTag
    }
}

/// basic.publish.
public struct BasicPublish: Sendable, Hashable {
    public var exchange: String
    public var routingKey: String
    public var mandatory: Bool
    public var immediate: Bool

    public init(exchange: String, routingKey: String, mandatory: Bool, immediate: Bool = false) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.mandatory = mandatory
        self.immediate = immediate
    }
}

/// basic.return.
public struct BasicReturn: Sendable, Hashable {
    public var replyCode: UInt16
    public var replyText: String
    public var exchange: String
    public var routingKey: String

    public init(replyCode: UInt16, replyText: String, exchange: String, routingKey: String) {
        self.replyCode = replyCode
        self.replyText = replyText
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

/// basic.deliver.
public struct BasicDeliver: Sendable, Hashable {
    public var consumerTag: String
    public var deliveryTag: UInt64
    public var redelivered: Bool
    public var exchange: String
    public var routingKey: String

    public init(consumerTag: String, deliveryTag: UInt64, redelivered: Bool, exchange: String, routingKey: String) {
        self.consumerTag = consumerTag
        self.deliveryTag = deliveryTag
        self.redelivered = redelivered
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

/// basic.get-ok.
public struct BasicGetOk: Sendable, Hashable {
    public var deliveryTag: UInt64
    public var redelivered: Bool
    public var exchange: String
    public var routingKey: String
    public var messageCount: UInt32

    public init(deliveryTag: UInt64, redelivered: Bool, exchange: String, routingKey: String, messageCount: UInt32) {
        self.deliveryTag = deliveryTag
        self.redelivered = redelivered
        self.exchange = exchange
        self.routingKey = routingKey
        self.messageCount = messageCount
    }
}
