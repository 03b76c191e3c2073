import CCurl
import EventLoops
import HTTPMessages

/// Sends HTTP/1.1 requests over connections that it keeps, one request at a time.
///
/// Blocks a queue of its own, never the cooperative pool: a thread per client that is at work, so few clients. Safe to
/// use from any task; who wants to send at the same time takes a second client. The proxies of the environment are not
/// used, redirects not followed, cookies not kept. SIGPIPE is ignored in the whole process from the first request on.
public actor HTTPClient {
    /// What holds for all requests of a client.
    public struct Configuration: Sendable, Hashable {
        /// For `https` addresses.
        public var tls = TLSConfiguration()
        /// For resolving, connecting and the TLS handshake, within a request's own time.
        public var connectTimeout = Duration.seconds(5)
        /// A connection that was idle for longer is not used again. To be shorter than the server's own limit (Qdrant
        /// has 5 s), else requests meet connections that are just being closed. Whole seconds count.
        public var idleLimit = Duration.seconds(4)
        /// The largest body of an answer, in bytes.
        public var largestBody = 64 << 20
        /// The largest head of an answer, in bytes, with those of interim answers and with trailers.
        public var largestHead = 64 << 10

        /// What is said at the properties.
        public init() {}
    }

    private let configuration: Configuration
    private let executor: QueueExecutor
    /// Nil until the first request.
    private var handle: EasyHandle?

    /// The client's own queue.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A client without a connection yet.
    ///
    /// - Parameter label: for its queue, in debuggers and crash reports.
    public init(_ configuration: Configuration = Configuration(), label: String = "network.http") {
        self.configuration = configuration
        executor = QueueExecutor(label: label)
    }

    /// Sends `request` and gives what the server answers, whatever the status.
    ///
    /// Waits for its turn behind the requests that came before. Cancelling the task ends it within a second, with
    /// `.closed`; while it waits for its turn, when that comes. When the connection breaks, an idempotent request is
    /// sent once more.
    /// - Parameter timeout: for all of it, the wait for its turn and the second attempt included.
    /// - Throws: `.unreachable`, `.timedOut`, `.tls`, `.disconnected`, `.closed`; `.tooLarge` for an answer above the
    ///   configuration's bounds; `.failed` for a request that cannot be sent, or an answer that is no HTTP.
    public nonisolated func send(
        _ request: HTTPClientRequest, timeout: Duration
    ) async throws(NetworkError) -> HTTPClientResponse {
        let deadline = ContinuousClock.now + timeout
        let cancellation = CancellationFlag()
        let result = await withTaskCancellationHandler {
            await perform(request, deadline: deadline, cancellation)
        } onCancel: {
            cancellation.set()
        }
        return try result.get()
    }

    private func usableHandle() throws(NetworkError) -> EasyHandle {
        if let handle { return handle }
        let handle = try EasyHandle()
        self.handle = handle
        return handle
    }

    private func perform(
        _ request: HTTPClientRequest, deadline: ContinuousClock.Instant, _ cancellation: CancellationFlag
    ) -> Result<HTTPClientResponse, NetworkError> {
        Result { () throws(NetworkError) in
            let checked = try CheckedRequest(request)
            let handle = try usableHandle()
            // libcurl sends a request again by itself when a kept connection turns out dead, and asks nobody.
            var onNewConnection = !request.isIdempotent
            while true {
                let transfer = HTTPTransfer(
                    checked, body: request.body, configuration, onNewConnection: onNewConnection, deadline: deadline)
                let code = try transfer.perform(on: handle, cancellation)
                if code == CURLE_OK { return transfer.response }
                let isBroken = [CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR].contains(code)
                guard isBroken, !onNewConnection, !cancellation.isSet else {
                    throw transfer.failure
                        ?? NetworkError(
                            code, text: handle.text(of: code), action: checked.method.rawValue, peer: checked.target)
                }
                onNewConnection = true
            }
        }
    }
}
