public import Platform

/// A TCP or TLS connection as a stream of bytes.
///
/// An actor on the executor that it is given: whoever owns the stream gives it its own, and no call between the two
/// changes threads.
public actor ByteStream {
    /// Where and how to connect.
    public struct Endpoint: Sendable, Hashable {
        /// A host name or address.
        public var host: String
        public var port: UInt16
        /// Nil for plain TCP.
        public var tls: TLSConfiguration?

        public init(host: String, port: UInt16, tls: TLSConfiguration? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }
    }

    private let executor: QueueExecutor

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init(executor: QueueExecutor) {
        self.executor = executor
    }

    /// Resolves, connects and, over TLS, shakes hands and verifies.
    ///
    /// Blocks a queue of its own, never the executor or the cooperative pool. Cancelling the task ends it within a
    /// second.
    /// - Parameter timeout: for all of it.
    public static func connect(
        to endpoint: Endpoint, timeout: Duration, executor: QueueExecutor
    ) async throws(NetworkError) -> ByteStream {
        throw NetworkError(.failed, "")
    }

    /// What has arrived, at least one byte; waits for it. Nil when the peer has ended its side.
    ///
    /// One caller at a time. Cancelling the task, or ``close()``, ends the wait with `.closed`.
    /// - Parameter count: the most bytes that are returned; everything that is there is returned up to it.
    public func receive(upTo count: Int) async throws(NetworkError) -> [UInt8]? { nil }

    /// Sends all bytes; returns when the operating system (or TLS) has taken them. One caller at a time.
    public func send(_ bytes: [UInt8]) async throws(NetworkError) {}

    /// Closes at once; waiting calls end with `.closed`. May be called again.
    public func close() {}
}

/// How a peer is verified, and what is shown to it.
public struct TLSConfiguration: Sendable, Hashable {
    /// PEM file of the authorities that are trusted; nil for the system's.
    public var certificateAuthorityFile: String?
    /// PEM file of the client's certificate chain.
    public var certificateFile: String?
    /// PEM file of its key.
    public var keyFile: String?
    /// Whether the chain and the name are verified; only tests have a reason to say false.
    public var verifiesPeer: Bool

    public init(
        certificateAuthorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil,
        verifiesPeer: Bool = true
    ) {
        self.certificateAuthorityFile = certificateAuthorityFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.verifiesPeer = verifiesPeer
    }
}
