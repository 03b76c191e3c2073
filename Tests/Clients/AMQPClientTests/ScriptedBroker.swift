import AMQPClient
import AMQPWire
import Foundation
import Network
import TestSupport

/// A broker on a loopback socket whose every byte the test decides on.
struct ScriptedBroker {
    let listener: LoopbackListener
    /// Of a client of this broker.
    var configuration: AMQPConfiguration

    init(_ change: (inout AMQPConfiguration) -> Void = { _ in }) throws {
        listener = try LoopbackListener()
        configuration = AMQPConfiguration(endpoints: [.init(host: "127.0.0.1", port: listener.port)])
        configuration.backoff.maximum = .milliseconds(50)
        change(&configuration)
    }

    /// The next connection, on which nothing was said.
    func accept() async throws -> ScriptedPeer { ScriptedPeer(try await listener.accept()) }

    /// A client, and this side of its connection, after the handshake.
    func connect() async throws -> (AMQPConnection, ScriptedPeer) {
        async let connection = AMQPConnection.connect(configuration)
        let peer = try await accept()
        try await peer.handshake()
        return (try await connection, peer)
    }

    /// What a client is told whose connection is handled by `script`.
    func connectFailure(_ script: @Sendable (ScriptedPeer) async throws -> Void) async throws -> AMQPError? {
        let configuration = configuration
        async let failure = failure { _ = try await AMQPConnection.connect(configuration) }
        let peer = try await accept()
        try await script(peer)
        return await failure
    }
}

/// The broker's end of one connection.
actor ScriptedPeer {
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    let connection: LoopbackConnection
    private var decoder = FrameDecoder()

    init(_ connection: LoopbackConnection) {
        self.connection = connection
    }

    /// The next frame; nil when the client has ended the connection.
    func next() async throws -> Frame? {
        while true {
            if let frame = try decoder.next() { return frame }
            guard let bytes = try await connection.read() else { return nil }
            decoder.append(bytes)
        }
    }

    /// Answers what the client asks as a broker does, until a method comes that `isAwaited`; this is not answered.
    @discardableResult
    func serve(until isAwaited: @Sendable (Method) -> Bool) async throws -> (channel: UInt16, method: Method) {
        while let frame = try await next() {
            guard case .method(let channel, let method) = frame else { continue }
            if isAwaited(method) { return (channel, method) }
            if let answer = method.usualAnswer { try await send(answer, channel) }
        }
        throw Unexpected(description: "the connection ended before the method that the test waits for")
    }

    /// Reads what is there until the client has ended the connection.
    func untilEnd() async throws {
        do {
            while try await next() != nil {}
        } catch let failure as LoopbackFailure where failure.errno == ECONNRESET {
            // So a connection ends whose client had not read everything.
        }
    }

    func send(_ method: Method, _ channel: UInt16 = 0) async throws {
        try await send { (encoder) throws(WireError) in try encoder.method(method, channel: channel) }
    }

    /// All frames in one write.
    func send(_ write: @Sendable (inout FrameEncoder) throws(WireError) -> Void) async throws {
        var encoder = FrameEncoder()
        try write(&encoder)
        try await connection.write(encoder.take())
    }

    func send(raw bytes: [UInt8]) async throws { try await connection.write(bytes) }

    func receiveProtocolHeader() async throws {
        let header = try await connection.read(exactly: 8)
        guard header == Array("AMQP".utf8) + [0, 0, 9, 1] else { throw Unexpected(description: "header \(header)") }
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
