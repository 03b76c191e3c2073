import CCurl
import Dispatch

/// One attempt to connect. It blocks a thread of the queue that is made for it, and ends early when it is cancelled.
final class ConnectAttempt: Sendable {
    /// A connected handle and its socket, which belongs to the handle.
    struct Connected: Sendable {
        let handle: EasyHandle
        let socket: Int32
    }

    private let endpoint: ByteStream.Endpoint
    private let deadline: ContinuousClock.Instant
    private let cancellation = CancellationFlag()
    private let queue = DispatchQueue(label: "network.connect", qos: .userInitiated)

    init(to endpoint: ByteStream.Endpoint, timeout: Duration) {
        self.endpoint = endpoint
        deadline = .now + timeout
    }

    func run() async -> Result<Connected, NetworkError> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: self.connect()) }
            }
        } onCancel: {
            cancellation.set()
        }
    }

    private func connect() -> Result<Connected, NetworkError> {
        Result { () throws(NetworkError) in
            let peer = endpoint.peer
            let remaining = deadline - .now
            if cancellation.isSet { throw .closed(peer) }
            guard remaining > .zero else { throw NetworkError(.timedOut, "connecting to \(peer): no time was left") }
            let handle = try EasyHandle()
            try handle.reset()
            try handle.set(CURLOPT_URL, try endpoint.url())
            try handle.set(CURLOPT_CONNECT_ONLY, 1)
            // Also the most that one receive takes from the socket.
            try handle.set(CURLOPT_BUFFERSIZE, ByteStream.scratchCapacity)
            if let tls = endpoint.tls { try handle.apply(tls) }
            try handle.setTimeouts(connect: remaining, total: remaining)
            try cancellation.install(on: handle)

            var code = handle.perform()
            var socket: curl_socket_t = -1
            if code == CURLE_OK {
                code = ccurl_get_socket(handle.pointer, CURLINFO_ACTIVESOCKET, &socket)
            }
            if cancellation.isSet { throw .closed(peer) }
            guard code == CURLE_OK, socket >= 0 else {
                throw NetworkError(code, text: handle.text(of: code), action: "connecting to", peer: peer)
            }
            handle.forgetText()
            return Connected(handle: handle, socket: socket)
        }
    }
}

extension ByteStream.Endpoint {
    /// For messages.
    var peer: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The host has to be a name or an address: anything else could turn the address into another one.
    func url() throws(NetworkError) -> String {
        let isAddress = host.utf8.contains(UInt8(ascii: ":"))
        let isValid = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."):
                true
            case UInt8(ascii: "-"), UInt8(ascii: "_"): !isAddress
            case UInt8(ascii: ":"): true
            default: false
            }
        }
        guard isValid, !host.isEmpty, port > 0 else {
            throw NetworkError(
                .failed,
                "'\(host)' with port \(port) is not a host and port; names are given in ASCII, addresses without []")
        }
        return "\(tls == nil ? "http" : "https")://\(peer)"
    }
}
