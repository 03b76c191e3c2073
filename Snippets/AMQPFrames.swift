//! Encodes and decodes frames of AMQP 0-9-1, runs the handshake of a connection, and accounts for publisher confirms,
//! all without a socket.

import AMQPWire

/// The frames of a stream that arrives in pieces of `size` bytes.
func frames(of bytes: [UInt8], inPiecesOf size: Int) throws(WireError) -> [Frame] {
    var decoder = FrameDecoder(limits: DecodingLimits(frameMax: 4_096))
    var frames: [Frame] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        decoder.append(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
        while let frame = try decoder.next() { frames.append(frame) }
    }
    return frames
}

func publish() throws(WireError) {
    var properties = BasicProperties()
    properties.contentType = "text/plain"
    properties.headers = ["attempt": .int32(1), "source": .string("example")]
    var encoder = FrameEncoder(frameMax: 4_096)
    try encoder.publish(
        BasicPublish(exchange: "", routingKey: "orders", mandatory: true), properties: properties,
        body: [UInt8](repeating: 42, count: 5_000), channel: 1)
    for frame in try frames(of: encoder.take(), inPiecesOf: 7) {
        switch frame {
        case .method(let channel, let method): print("channel \(channel): \(method.name)")
        case .header(_, let header):
            print("header: \(header.bodySize) bytes of \(header.properties.contentType ?? "any type") follow")
        case .body(_, let part): print("body: \(part.count) bytes")
        case .heartbeat: print("heartbeat")
        }
    }
}

/// What a client sends while a server says `methods`.
func handshake(_ methods: [Method]) throws(WireError) {
    let login: [UInt8] = [0] + "guest".utf8 + [0] + "guest".utf8
    var machine = ConnectionMachine(
        ConnectionRequest(
            mechanism: "PLAIN", response: login,
            clientProperties: ["capabilities": .table(ConnectionRequest.capabilities)],
            tuning: Tuning(channelMax: 2_047, frameMax: 131_072, heartbeat: 10), virtualHost: "/"))
    var actions = machine.start()
    for method in methods {
        print("server: \(method.name)")
        actions += try machine.received(method)
    }
    for action in actions {
        switch action {
        case .sendProtocolHeader: print("client: AMQP 0-9-1")
        case .send(let method): print("client: \(method.name)")
        case .tuned(let tuning):
            print("frames of at most \(tuning.frameMax) bytes, heartbeats of \(tuning.heartbeat) s")
        case .opened: print("the connection is open: \(machine.isOpen)")
        case .blocked, .unblocked, .secretUpdated, .closed: break
        }
    }
}

func confirms() throws(WireError) {
    var ledger = ConfirmLedger<String>()
    for message in ["ant", "bee", "cat"] { ledger.published(message, isMandatory: true) }
    _ = ledger.returned { $0 == "bee" }
    try ledger.settled(3, multiple: true, isNegative: false) { message, settlement in
        print("\(message): \(settlement)")
    }
}

do throws(WireError) {
    try publish()
    try handshake([
        .connectionStart(
            ConnectionStart(
                versionMajor: 0, versionMinor: 9, serverProperties: [:], mechanisms: "PLAIN AMQPLAIN",
                locales: "en_US")),
        .connectionTune(Tuning(channelMax: 2_047, frameMax: 65_536, heartbeat: 60)),
        .connectionOpenOk,
    ])
    try confirms()
    // What is not AMQP is an error with the reply code to close by.
    _ = try frames(of: Array("HTTP/1.1 400 Bad Request".utf8), inPiecesOf: 5)
} catch {
    print("refused: \(error)")
}
