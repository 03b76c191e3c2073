import AMQPClient
import EventLoops
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
    func accept() async throws -> AMQPPeer { AMQPPeer(try await listener.accept()) }

    /// A client, and this side of its connection, after the handshake.
    func connect() async throws -> (AMQPConnection, AMQPPeer) {
        async let connection = AMQPConnection.connect(configuration)
        let peer = try await accept()
        try await peer.handshake()
        return (try await connection, peer)
    }

    /// What a client is told whose connection is handled by `script`.
    func connectFailure(_ script: @Sendable (AMQPPeer) async throws -> Void) async throws -> AMQPError? {
        let configuration = configuration
        async let failure = failure { _ = try await AMQPConnection.connect(configuration) }
        let peer = try await accept()
        try await script(peer)
        return await failure
    }
}
