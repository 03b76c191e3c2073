/// A method of AMQP 0-9-1 as it stands in a method frame (AMQP 0-9-1 reference, section 1.4 ff., with RabbitMQ's
/// extensions: exchange.bind, basic.nack, confirm, connection.blocked and update-secret).
///
/// Reserved fields are written as zero or empty, and ignored when read. Names, keys and reasons are short strings: at
/// most 255 bytes of UTF-8. With `noWait` the server does not answer. A value; safe to use from any thread. Its
/// description shows the secrets of secure-ok and update-secret.
public enum Method: Sendable, Hashable {
    // connection (class 10)
    /// The server begins: its version, properties, mechanisms of login and locales (connection.start).
    case connectionStart(ConnectionStart)
    /// The client chooses a mechanism and logs in (connection.start-ok).
    case connectionStartOk(ConnectionStartOk)
    /// The server asks for one more step of the login (connection.secure).
    case connectionSecure(challenge: [UInt8])
    /// The client's next step of the login (connection.secure-ok).
    case connectionSecureOk(response: [UInt8])
    /// The server proposes limits (connection.tune).
    case connectionTune(Tuning)
    /// The client says which limits hold (connection.tune-ok).
    case connectionTuneOk(Tuning)
    /// The client opens a virtual host, at most 255 bytes of UTF-8 (connection.open).
    case connectionOpen(virtualHost: String)
    /// The connection may be used (connection.open-ok).
    case connectionOpenOk
    /// Either side closes the connection (connection.close).
    case connectionClose(CloseReason)
    /// The other side has closed too (connection.close-ok).
    case connectionCloseOk
    /// The broker takes no messages, for a reason for people (connection.blocked, RabbitMQ).
    case connectionBlocked(reason: String)
    /// The broker takes messages again (connection.unblocked, RabbitMQ).
    case connectionUnblocked
    /// The client replaces the secret of its login (connection.update-secret, RabbitMQ).
    case connectionUpdateSecret(newSecret: [UInt8], reason: String)
    /// The broker has accepted the secret (connection.update-secret-ok, RabbitMQ).
    case connectionUpdateSecretOk

    // channel (class 20)
    /// The client opens the channel (channel.open).
    case channelOpen
    /// The channel may be used (channel.open-ok).
    case channelOpenOk
    /// The other side is to stop sending contents, or may go on if `active` (channel.flow).
    case channelFlow(active: Bool)
    /// The answer, with the same `active` (channel.flow-ok).
    case channelFlowOk(active: Bool)
    /// Either side closes the channel (channel.close).
    case channelClose(CloseReason)
    /// The other side has closed too (channel.close-ok).
    case channelCloseOk

    // exchange (class 40)
    /// The client makes an exchange, or checks the one that exists (exchange.declare).
    case exchangeDeclare(ExchangeDeclare)
    /// The exchange exists (exchange.declare-ok).
    case exchangeDeclareOk
    /// The client deletes an exchange, `ifUnused` only without bindings (exchange.delete).
    case exchangeDelete(exchange: String, ifUnused: Bool, noWait: Bool)
    /// The exchange is deleted (exchange.delete-ok).
    case exchangeDeleteOk
    /// The client binds an exchange to another one (exchange.bind, RabbitMQ).
    case exchangeBind(ExchangeBinding)
    /// The exchanges are bound (exchange.bind-ok, RabbitMQ).
    case exchangeBindOk
    /// The client removes a binding between exchanges (exchange.unbind, RabbitMQ).
    case exchangeUnbind(ExchangeBinding)
    /// The binding is removed (exchange.unbind-ok, RabbitMQ).
    case exchangeUnbindOk

    // queue (class 50)
    /// The client makes a queue, or checks the one that exists (queue.declare).
    case queueDeclare(QueueDeclare)
    /// The queue exists (queue.declare-ok).
    case queueDeclareOk(QueueDeclareOk)
    /// The client binds a queue to an exchange (queue.bind).
    case queueBind(QueueBinding)
    /// The queue is bound (queue.bind-ok).
    case queueBindOk
    /// The client removes a binding (queue.unbind), which has no no-wait field: the binding's is ignored.
    case queueUnbind(QueueBinding)
    /// The binding is removed (queue.unbind-ok).
    case queueUnbindOk
    /// The client removes the messages of a queue that are ready (queue.purge).
    case queuePurge(queue: String, noWait: Bool)
    /// The number of messages that were removed (queue.purge-ok).
    case queuePurgeOk(messageCount: UInt32)
    /// The client deletes a queue, `ifUnused` only without consumers, `ifEmpty` only without messages
    /// (queue.delete).
    case queueDelete(queue: String, ifUnused: Bool, ifEmpty: Bool, noWait: Bool)
    /// The number of messages that went with the queue (queue.delete-ok).
    case queueDeleteOk(messageCount: UInt32)

    // basic (class 60)
    /// The client bounds its unsettled deliveries: `prefetchSize` in bytes, which RabbitMQ does not know, and
    /// `prefetchCount`; zero: no bound (basic.qos).
    case basicQos(prefetchSize: UInt32, prefetchCount: UInt16, global: Bool)
    /// The bound holds (basic.qos-ok).
    case basicQosOk
    /// The client consumes a queue (basic.consume).
    case basicConsume(BasicConsume)
    /// The consumer of that name exists (basic.consume-ok).
    case basicConsumeOk(consumerTag: String)
    /// The client ends a consumer; or the broker, when its queue is gone (basic.cancel).
    case basicCancel(consumerTag: String, noWait: Bool)
    /// The consumer has ended (basic.cancel-ok).
    case basicCancelOk(consumerTag: String)
    /// The client publishes; a content follows (basic.publish).
    case basicPublish(BasicPublish)
    /// A message that no queue took comes back; a content follows (basic.return).
    case basicReturn(BasicReturn)
    /// A consumer gets a message; a content follows (basic.deliver).
    case basicDeliver(BasicDeliver)
    /// The client asks for one message, which counts as acknowledged if `noAck` (basic.get).
    case basicGet(queue: String, noAck: Bool)
    /// The message that was asked for; a content follows (basic.get-ok).
    case basicGetOk(BasicGetOk)
    /// The queue is empty (basic.get-empty).
    case basicGetEmpty
    /// A delivery or publish is acknowledged, with `multiple` all up to it (basic.ack).
    case basicAck(deliveryTag: UInt64, multiple: Bool)
    /// The client gives one delivery up, to its queue again if `requeue` (basic.reject).
    case basicReject(deliveryTag: UInt64, requeue: Bool)
    /// The client wants its unsettled deliveries again, without an answer (basic.recover-async).
    case basicRecoverAsync(requeue: Bool)
    /// The client wants its unsettled deliveries again (basic.recover).
    case basicRecover(requeue: Bool)
    /// The deliveries come again (basic.recover-ok).
    case basicRecoverOk
    /// A delivery or publish is refused, with `multiple` all up to it (basic.nack, RabbitMQ).
    case basicNack(deliveryTag: UInt64, multiple: Bool, requeue: Bool)

    // confirm (class 85)
    /// The client wants its publishes confirmed (confirm.select, RabbitMQ).
    case confirmSelect(noWait: Bool)
    /// Publishes are confirmed from now on, and count from 1 (confirm.select-ok, RabbitMQ).
    case confirmSelectOk

    // tx (class 90)
    /// The client begins to use transactions (tx.select).
    case txSelect
    /// The channel has transactions (tx.select-ok).
    case txSelectOk
    /// The client commits its publishes and acknowledgements (tx.commit).
    case txCommit
    /// The transaction is committed (tx.commit-ok).
    case txCommitOk
    /// The client gives its publishes and acknowledgements up (tx.rollback).
    case txRollback
    /// The transaction is undone (tx.rollback-ok).
    case txRollbackOk
}
