/// A body that is written while it is sent.
///
/// The producer runs as a task of its own from the moment the head is on its way. Its writes suspend while the client
/// is slower than the producer, so that at most `bufferSize` bytes and one write wait. The body ends when the producer
/// returns; where it throws, the connection is closed before the end, so that the client sees that something is missing.
public struct HTTPBodyStream: Sendable {
    /// How many bytes may wait for the client before writes suspend.
    public var bufferSize: Int
    /// What is sent, and how often, while nothing else is: it finds clients that are gone without a word.
    public var heartbeat: Heartbeat?
    /// Whether a graceful stop ends the stream at once, for streams that never end by themselves. Otherwise the stop
    /// waits for it until its deadline.
    public var endsAtStop: Bool
    let produce: @Sendable (HTTPBodyWriter) async throws -> Void

    /// Bytes sent when a stream has been silent for a time.
    public struct Heartbeat: Sendable {
        /// The bytes; they must not disturb the client's parser between two writes.
        public var bytes: [UInt8]
        /// How long a stream may be silent.
        public var interval: Duration

        /// Pairs bytes and interval.
        public init(bytes: [UInt8], interval: Duration) {
            self.bytes = bytes
            self.interval = interval
        }
    }

    /// A body that `produce` writes.
    public init(
        bufferSize: Int = 65_536, heartbeat: Heartbeat? = nil, endsAtStop: Bool = false,
        _ produce: @escaping @Sendable (HTTPBodyWriter) async throws -> Void
    ) {
        self.bufferSize = max(1, bufferSize)
        self.heartbeat = heartbeat
        self.endsAtStop = endsAtStop
        self.produce = produce
    }
}

/// Why a write to a stream's body failed.
public enum HTTPBodyWriteError: Error, Sendable, Hashable {
    /// The client is gone or took too long to read.
    case clientGone
    /// The server stops.
    case serverStopping
    /// The producer has returned already.
    case finished
    /// The task that writes was cancelled while it waited.
    case cancelled
}

/// Writes a stream's body. Safe to use from any task; writes of one task are sent in their order.
public struct HTTPBodyWriter: Sendable {
    let pipe: BodyPipe

    /// Hands over bytes, which are never mixed with another task's. Suspends while the stream's `bufferSize` waits for
    /// the client.
    public func write(_ bytes: [UInt8]) async throws(HTTPBodyWriteError) {
        try await pipe.write(bytes)
    }

    /// Hands over text in UTF-8, as `write` of its bytes.
    public func write(_ text: String) async throws(HTTPBodyWriteError) {
        try await pipe.write(Array(text.utf8))
    }
}
