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
    /// The certificate or the key is not valid; the text says why.
    case invalidCertificate(String)
    /// `start()` was called before, or the server has been stopped.
    case notStartable
    /// `reloadCertificate` was called on a server that does not run with TLS.
    case noTLS

    /// What happened, in a sentence.
    public var description: String {
        switch self {
        case .invalidAddress(let host): "\(host) is not an address to listen on."
        case .addressInUse(let address): "\(address) is in use by another process."
        case .permissionDenied(let address): "No permission to listen on \(address)."
        case .system(let call, let code): "\(call) failed with error \(code)."
        case .invalidCertificate(let problem): "The certificate or its key is not valid: \(problem)"
        case .notStartable: "The server has been started before."
        case .noTLS: "The server runs without TLS."
        }
    }
}
