import AMQPWire
import Testing

/// A method and its payload as the specification has it.
struct MethodSample: Sendable, CustomTestStringConvertible {
    let method: Method
    let payload: [UInt8]

    init(_ method: Method, _ payload: [UInt8]...) {
        self.method = method
        self.payload = payload.reduce(into: []) { $0 += $1 }
    }

    var testDescription: String { method.name }

    /// One of every method.
    static let all = connection + channel + exchange + queue + basic + consumer + small
}

/// A table of one entry, and its bytes.
private let arguments: FieldTable = ["k": .boolean(true)]
private let argumentBytes = long(join(short("k"), hex("74 01")))

extension MethodSample {
    static let connection = [
        MethodSample(
            .connectionStart(
                ConnectionStart(
                    versionMajor: 0, versionMinor: 9, serverProperties: arguments, mechanisms: "PLAIN EXTERNAL",
                    locales: "en_US")),
            hex("000A 000A 00 09"), argumentBytes, long("PLAIN EXTERNAL"), long("en_US")),
        MethodSample(
            .connectionStartOk(
                ConnectionStartOk(
                    clientProperties: arguments, mechanism: "PLAIN", response: hex("00 75 00 70"), locale: "en_US")),
            hex("000A 000B"), argumentBytes, short("PLAIN"), hex("00000004 00750070"), short("en_US")),
        MethodSample(.connectionSecure(challenge: [1, 2]), hex("000A 0014 00000002 0102")),
        MethodSample(.connectionSecureOk(response: []), hex("000A 0015 00000000")),
        MethodSample(
            .connectionTune(Tuning(channelMax: 2_047, frameMax: 131_072, heartbeat: 60)),
            hex("000A 001E 07FF 00020000 003C")),
        MethodSample(
            .connectionTuneOk(Tuning(channelMax: 1, frameMax: 4_096, heartbeat: 0)), hex("000A 001F 0001 00001000 0000")
        ),
        MethodSample(.connectionOpen(virtualHost: "/"), hex("000A 0028 01 2F 00 00")),
        MethodSample(.connectionOpenOk, hex("000A 0029 00")),
        MethodSample(
            .connectionClose(CloseReason(replyCode: 320, replyText: "FORCED", classID: 60, methodID: 40)),
            hex("000A 0032 0140"), short("FORCED"), hex("003C 0028")),
        MethodSample(.connectionCloseOk, hex("000A 0033")),
        MethodSample(.connectionBlocked(reason: "low"), hex("000A 003C"), short("low")),
        MethodSample(.connectionUnblocked, hex("000A 003D")),
        MethodSample(
            .connectionUpdateSecret(newSecret: [7], reason: "new"), hex("000A 0046 00000001 07"), short("new")),
        MethodSample(.connectionUpdateSecretOk, hex("000A 0047")),
    ]

    static let channel = [
        MethodSample(.channelOpen, hex("0014 000A 00")),
        MethodSample(.channelOpenOk, hex("0014 000B 00000000")),
        MethodSample(.channelFlow(active: true), hex("0014 0014 01")),
        MethodSample(.channelFlowOk(active: false), hex("0014 0015 00")),
        MethodSample(
            .channelClose(CloseReason(replyCode: 404, replyText: "NOT_FOUND", classID: 50, methodID: 20)),
            hex("0014 0028 0194"), short("NOT_FOUND"), hex("0032 0014")),
        MethodSample(.channelCloseOk, hex("0014 0029")),
    ]

    static let exchange = [
        MethodSample(
            .exchangeDeclare(
                with(ExchangeDeclare(exchange: "e", type: "topic")) {
                    $0.durable = true
                    $0.isInternal = true
                    $0.arguments = arguments
                }), hex("0028 000A 0000"), short("e"), short("topic"), hex("0A"), argumentBytes),
        MethodSample(.exchangeDeclareOk, hex("0028 000B")),
        MethodSample(
            .exchangeDelete(exchange: "e", ifUnused: true, noWait: false), hex("0028 0014 0000"), short("e"), hex("01")),
        MethodSample(.exchangeDeleteOk, hex("0028 0015")),
        MethodSample(
            .exchangeBind(
                with(ExchangeBinding(destination: "d", source: "s", routingKey: "r")) { $0.arguments = arguments }),
            hex("0028 001E 0000"), short("d"), short("s"), short("r"), hex("00"), argumentBytes),
        MethodSample(.exchangeBindOk, hex("0028 001F")),
        MethodSample(
            .exchangeUnbind(with(ExchangeBinding(destination: "d", source: "s", routingKey: "")) { $0.noWait = true }),
            hex("0028 0028 0000"), short("d"), short("s"), short(""), hex("01 00000000")),
        // 51 by an old slip of RabbitMQ's, which clients and brokers have kept.
        MethodSample(.exchangeUnbindOk, hex("0028 0033")),
    ]

    static let queue = [
        MethodSample(
            .queueDeclare(
                with(QueueDeclare(queue: "q")) {
                    $0.durable = true
                    $0.autoDelete = true
                    $0.arguments = arguments
                }), hex("0032 000A 0000"), short("q"), hex("0A"), argumentBytes),
        MethodSample(
            .queueDeclareOk(QueueDeclareOk(queue: "q", messageCount: 258, consumerCount: 3)),
            hex("0032 000B 01 71 00000102 00000003")),
        MethodSample(
            .queueBind(
                with(QueueBinding(queue: "q", exchange: "e", routingKey: "r")) {
                    $0.noWait = true
                    $0.arguments = arguments
                }), hex("0032 0014 0000"), short("q"), short("e"), short("r"), hex("01"), argumentBytes),
        MethodSample(.queueBindOk, hex("0032 0015")),
        MethodSample(.queuePurge(queue: "q", noWait: true), hex("0032 001E 0000 01 71 01")),
        MethodSample(.queuePurgeOk(messageCount: 4), hex("0032 001F 00000004")),
        MethodSample(
            .queueDelete(queue: "q", ifUnused: false, ifEmpty: true, noWait: false), hex("0032 0028 0000 01 71 02")),
        MethodSample(.queueDeleteOk(messageCount: .max), hex("0032 0029 FFFFFFFF")),
        MethodSample(
            .queueUnbind(with(QueueBinding(queue: "q", exchange: "e", routingKey: "r")) { $0.arguments = arguments }),
            hex("0032 0032 0000"), short("q"), short("e"), short("r"), argumentBytes),
        MethodSample(.queueUnbindOk, hex("0032 0033")),
    ]

    static let basic = [
        MethodSample(
            .basicPublish(BasicPublish(exchange: "e", routingKey: "a.b", mandatory: true)),
            hex("003C 0028 0000"), short("e"), short("a.b"), hex("01")),
        MethodSample(
            .basicReturn(BasicReturn(replyCode: 312, replyText: "NO_ROUTE", exchange: "e", routingKey: "r")),
            hex("003C 0032 0138"), short("NO_ROUTE"), short("e"), short("r")),
        MethodSample(
            .basicDeliver(
                BasicDeliver(
                    consumerTag: "c", deliveryTag: 0x0102_0304_0506_0708, redelivered: true, exchange: "e",
                    routingKey: "r")), hex("003C 003C"), short("c"), hex("0102030405060708 01"), short("e"), short("r")),
        MethodSample(.basicGet(queue: "q", noAck: true), hex("003C 0046 0000 01 71 01")),
        MethodSample(
            .basicGetOk(
                BasicGetOk(deliveryTag: 9, redelivered: false, exchange: "", routingKey: "q", messageCount: 2)),
            hex("003C 0047 0000000000000009 00 00 01 71 00000002")),
        MethodSample(.basicGetEmpty, hex("003C 0048 00")),
        MethodSample(.basicAck(deliveryTag: .max, multiple: true), hex("003C 0050 FFFFFFFFFFFFFFFF 01")),
        MethodSample(.basicReject(deliveryTag: 1, requeue: true), hex("003C 005A 0000000000000001 01")),
        MethodSample(
            .basicNack(deliveryTag: 2, multiple: false, requeue: true), hex("003C 0078 0000000000000002 02")),
    ]

    static let consumer = [
        MethodSample(
            .basicQos(prefetchSize: 0, prefetchCount: 500, global: true), hex("003C 000A 00000000 01F4 01")),
        MethodSample(.basicQosOk, hex("003C 000B")),
        MethodSample(
            .basicConsume(
                with(BasicConsume(queue: "q", consumerTag: "c")) {
                    $0.noAck = true
                    $0.noWait = true
                    $0.arguments = arguments
                }), hex("003C 0014 0000"), short("q"), short("c"), hex("0A"), argumentBytes),
        MethodSample(.basicConsumeOk(consumerTag: "c"), hex("003C 0015 01 63")),
        MethodSample(.basicCancel(consumerTag: "c", noWait: true), hex("003C 001E 01 63 01")),
        MethodSample(.basicCancelOk(consumerTag: "c"), hex("003C 001F 01 63")),
        MethodSample(.basicRecoverAsync(requeue: true), hex("003C 0064 01")),
        MethodSample(.basicRecover(requeue: false), hex("003C 006E 00")),
        MethodSample(.basicRecoverOk, hex("003C 006F")),
    ]

    static let small = [
        MethodSample(.confirmSelect(noWait: true), hex("0055 000A 01")),
        MethodSample(.confirmSelectOk, hex("0055 000B")),
        MethodSample(.txSelect, hex("005A 000A")),
        MethodSample(.txSelectOk, hex("005A 000B")),
        MethodSample(.txCommit, hex("005A 0014")),
        MethodSample(.txCommitOk, hex("005A 0015")),
        MethodSample(.txRollback, hex("005A 001E")),
        MethodSample(.txRollbackOk, hex("005A 001F")),
    ]
}

/// A value after some of it was set.
private func with<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
    var value = value
    change(&value)
    return value
}
