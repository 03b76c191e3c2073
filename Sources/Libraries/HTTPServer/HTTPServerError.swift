/// Why a server could not start, or a certificate not be taken.
public enum HTTPServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The host is not a numeric address and none of the names `HTTPServerConfiguration.host` knows.
    case invalidAddress(String)
    /// Another process listens there.
    case addressInUse(HTTPAddress)
    /// The process may not listen there; ports below 1024 need a privilege.
    case permissionDenied(HTTPAddress)
    /// A system call failed.
    case system(call: String, errno: Int32)
    /// GnuTLS did not take the certificate or the key.
    case invalidCertificate
    /// `start()` was called before, or the server has been stopped.
    case notStartable
    /// `reloadCertificate` was called on a server that does not run with TLS.
    case noTLS
    /// libmicrohttpd could not start, for want of memory or descriptors.
    case libraryFailed

    /// What happened, in a sentence.
    public var description: String {
        switch self {
        case .invalidAddress(let host): "\(host) is not an address to listen on."
        case .addressInUse(let address): "\(address) is in use by another process."
        case .permissionDenied(let address): "No permission to listen on \(address)."
        case .system(let call, let code): "\(call) failed with error \(code)."
        case .invalidCertificate: "The certificate or its key is not valid."
        case .notStartable: "The server has been started before."
        case .noTLS: "The server runs without TLS."
        case .libraryFailed: "The HTTP library could not start."
        }
    }
}

/// What a server has done and holds.
public struct HTTPServerStatistics: Sendable, Hashable {
    /// Connections open now.
    public var openConnections = 0
    /// Connections accepted since the start.
    public var acceptedConnections = 0
    /// Connections refused, for their number or their address's.
    public var refusedConnections = 0
    /// Requests a handler has answered.
    public var servedRequests = 0
    /// Requests the server has answered by itself, or closed, without a handler's answer.
    public var refusedRequests = 0
    /// Handlers under way, those included that were given up by timeout.
    public var runningHandlers = 0
    /// Bytes of request bodies in memory.
    public var bufferedBodyBytes = 0
    /// Streams being written.
    public var openStreams = 0

    /// All zero.
    public init() {}
}
