import CCurl

extension NetworkError {
    /// What libcurl's `code` means for a connection to `peer`, given as host:port.
    ///
    /// - Parameter isFreshTLS: TLS stands for this side, but nothing has come over it yet.
    init(_ code: CURLcode, text: String, action: String, peer: String, isFreshTLS: Bool = false) {
        let (kind, advice) = Self.meaning(of: code, text: text, isFreshTLS)
        let reason = text.hasSuffix(".") ? String(text.dropLast()) : text
        self.init(kind, "\(action) \(peer): \(reason)\(advice.isEmpty ? "" : " (\(advice))")")
    }

    /// This side closed.
    static func closed(_ peer: String) -> NetworkError {
        NetworkError(.closed, "the connection to \(peer) was closed by this side")
    }

    private static func meaning(of code: CURLcode, text: String, _ isFreshTLS: Bool) -> (Code, advice: String) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            (.unreachable, "is the host name right?")
        case CURLE_COULDNT_CONNECT:
            (.unreachable, "does the server run, and is the address right?")
        case CURLE_OPERATION_TIMEDOUT:
            (.timedOut, "is the server reachable, and not overloaded?")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
            (.tls, "is the right authority's certificate given, and the host name the one in the server's certificate?")
        case CURLE_SSL_CACERT_BADFILE:
            (.tls, "the file of trusted authorities has to exist, be readable and be PEM")
        case CURLE_SSL_CERTPROBLEM:
            (.tls, "the client's certificate and key have to exist, be readable, be PEM and belong together")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
            (.tls, "does this port speak TLS, and does it want a client certificate?")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE:
            // In TLS 1.3 a server that does not accept the client's certificate says so after the handshake; but it
            // may break the connection before this is read, and then nothing tells it from a server that stops.
            (
                text.contains(" alert ") ? .tls : .disconnected,
                isFreshTLS ? "does the server want a client certificate, and does it accept this one?" : ""
            )
        case CURLE_ABORTED_BY_CALLBACK:
            (.closed, "the task was cancelled")
        default:
            (.failed, "")
        }
    }
}
