import AMQPWire
import TestSupport

/// Frames of AMQP 0-9-1, for a scripted peer.
struct AMQPCodec: ScriptedCodec {
    private var decoder = FrameDecoder()

    mutating func append(_ bytes: [UInt8]) { decoder.append(bytes) }

    mutating func next() throws -> Frame? { try decoder.next() }

    func encode(_ frame: Frame) throws -> [UInt8] {
        var encoder = FrameEncoder()
        switch frame {
        case .method(let channel, let method): try encoder.method(method, channel: channel)
        case .header(let channel, let header): try encoder.header(header, channel: channel)
        case .body(let channel, let body): encoder.body(body, channel: channel)
        case .heartbeat: encoder.heartbeat()
        }
        return encoder.take()
    }
}

/// The broker's end of one connection.
typealias AMQPPeer = ScriptedPeer<AMQPCodec>

extension AMQPPeer {
    /// Answers what the client asks as a broker does, until a method comes that `isAwaited`; this is not answered.
    @discardableResult
    func serve(until isAwaited: @Sendable (Method) -> Bool) async throws -> (channel: UInt16, method: Method) {
        let frame = try await serve {
            guard case .method(let channel, let method) = $0 else { return [] }
            return method.usualAnswer.map { [.method(channel: channel, $0)] } ?? []
        } until: {
            if case .method(_, let method) = $0 { isAwaited(method) } else { false }
        }
        guard case .method(let channel, let method) = frame else { throw ScriptFailure("\(frame) is not a method") }
        return (channel, method)
    }

    func send(_ method: Method, _ channel: UInt16 = 0) async throws {
        try await send(messages: [.method(channel: channel, method)])
    }

    /// All frames in one write.
    func send(_ write: @Sendable (inout FrameEncoder) throws(WireError) -> Void) async throws {
        var encoder = FrameEncoder()
        try write(&encoder)
        try await send(raw: encoder.take())
    }

    func receiveProtocolHeader() async throws {
        let header = try await connection.read(exactly: 8)
        guard header == Array("AMQP".utf8) + [0, 0, 9, 1] else { throw ScriptFailure("header \(header)") }
    }

    func start() async throws {
        try await receiveProtocolHeader()
        try await send(.start)
    }

    /// Plays the whole handshake.
    func handshake(heartbeat: UInt16 = 60) async throws {
        try await start()
        try await serve { if case .connectionStartOk = $0 { true } else { false } }
        try await send(.connectionTune(Tuning(channelMax: 2_047, frameMax: 131_072, heartbeat: heartbeat)))
        try await serve { if case .connectionOpen = $0 { true } else { false } }
        try await send(.connectionOpenOk)
    }
}

extension Method {
    /// What RabbitMQ offers.
    static var start: Method {
        .connectionStart(
            ConnectionStart(
                versionMajor: 0, versionMinor: 9, serverProperties: [:], mechanisms: "PLAIN AMQPLAIN",
                locales: "en_US"))
    }

    /// A broker's answer when all is well.
    var usualAnswer: Method? {
        switch self {
        case .connectionClose: .connectionCloseOk
        case .channelOpen: .channelOpenOk
        case .channelClose: .channelCloseOk
        case .confirmSelect: .confirmSelectOk
        case .basicQos: .basicQosOk
        case .basicConsume(let consume): .basicConsumeOk(consumerTag: consume.consumerTag)
        case .basicCancel(let tag, _): .basicCancelOk(consumerTag: tag)
        case .queueDeclare(let declare):
            .queueDeclareOk(QueueDeclareOk(queue: declare.queue, messageCount: 0, consumerCount: 0))
        default: nil
        }
    }

    var isPublish: Bool { if case .basicPublish = self { true } else { false } }
    var isConsume: Bool { if case .basicConsume = self { true } else { false } }
    var isChannelOpen: Bool { if case .channelOpen = self { true } else { false } }
    var isChannelClose: Bool { if case .channelClose = self { true } else { false } }
    var isChannelCloseOk: Bool { if case .channelCloseOk = self { true } else { false } }
    var isConnectionClose: Bool { if case .connectionClose = self { true } else { false } }
    var isConnectionCloseOk: Bool { if case .connectionCloseOk = self { true } else { false } }
    var isConfirmSelect: Bool { if case .confirmSelect = self { true } else { false } }
}
