import CCurl
import EventLoops
import HTTPMessages

/// Sends HTTP/1.1 requests over connections that it keeps, one request at a time.
///
/// ```swift
/// let client = HTTPClient()
/// let response = try await client.send(HTTPClientRequest(url: "http://localhost:8080/"), timeout: .seconds(10))
/// ```
///
/// Blocks a queue of its own, never the cooperative pool: a thread per client that is at work, so make few clients. To send
/// several requests at the same time, make several. The proxies of the environment are not used, redirects not followed,
/// cookies not kept. SIGPIPE is ignored in the whole process from the first request on. Connections are closed when nobody
/// holds the client any more.
///
/// An actor: safe to use from any task.
public actor HTTPClient {
    /// What holds for all requests of a client. A value type: safe to hand to any task.
    public struct Configuration: Sendable, Hashable {
        /// How a server of an `https` address is verified, and what is shown to it.
        public var tls = TLSConfiguration()
        /// The time for resolving, connecting and the TLS handshake, within a request's own time; 5 s by default.
        public var connectTimeout = Duration.seconds(5)
        /// A connection that was idle for longer is not used again; 4 s by default, in whole seconds, at least one. Keep
        /// it below the server's own limit (Qdrant has 5 s), else requests meet connections that are just being closed.
        public var idleLimit = Duration.seconds(4)
        /// The largest body of an answer, in bytes; 64 MiB by default. Bodies are held in memory whole.
        public var largestBody = 64 << 20
        /// The largest head of an answer, in bytes, with those of interim answers and with trailers; 64 KiB by default, at
        /// most 1 GiB is used.
        public var largestHead = 64 << 10

        /// The defaults that the properties name.
        public init() {}
    }

    private let configuration: Configuration
    private let executor: QueueExecutor
    /// Nil until the first request.
    private var handle: EasyHandle?

    /// The client's own queue.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A client without a connection yet; nothing is checked before the first request.
    ///
    /// - Parameters:
    ///   - configuration: what holds for all requests.
    ///   - label: the name of the client's queue, in debuggers and crash reports.
    public init(_ configuration: Configuration = Configuration(), label: String = "network.http") {
        self.configuration = configuration
        executor = QueueExecutor(label: label)
    }

    /// Sends `request` and gives what the server answers, whatever the status.
    ///
    /// A request waits for its turn behind those that came before. Cancelling the task ends the request within a second,
    /// with `.closed`; a request that waits for its turn ends when the turn comes. When the connection breaks, an
    /// idempotent request is sent once more. Safe to call from any task.
    /// - Parameters:
    ///   - request: what to ask for.
    ///   - timeout: for all of it, the wait for the turn and the second attempt included.
    /// - Throws: ``NetworkError`` with `.unreachable`, `.timedOut`, `.tls`, `.disconnected` or `.closed`; `.tooLarge` for an
    ///   answer above the configuration's bounds; `.failed` for a request that cannot be sent, or an answer that is not
    ///   HTTP. The text names method and address, without the query.
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
