import Network
import TestSupport

/// A TLS server of one connection, by Python's ssl module. Killed when the last reference goes.
struct TLSServer {
    /// What it does after the handshake.
    enum Behaviour: String {
        /// Sends back what comes, until the end.
        case echo
        /// Sends one record of 30 bytes, then what comes.
        case record
        /// Sends `hello`, and ends TCP without ending TLS.
        case abrupt
        /// Sends `hello`, and ends TLS as it should.
        case ending
        /// Sends 3 bytes, reads nothing before its standard input says `go`, then reads 4 MiB and sends its SHA-256.
        case stalled
        /// Answers one HTTP request with `tls`.
        case http
        /// Answers one HTTP request with `tls`, whose end is that of the connection, and ends TLS as it should.
        case httpEnding
        /// The same, but ends TCP without ending TLS.
        case httpAbrupt
        /// Ends TCP without ending TLS, in the middle of a body with a length, and of one in chunks.
        case httpCutLength, httpCutChunk
        /// Ends TCP without ending TLS in the middle of the head.
        case httpCutHead
    }

    let port: UInt16
    private let process: HelperProcess

    init(
        _ behaviour: Behaviour, offersHTTP2: Bool = false, clientAuthority: String? = nil, version: String = "1.3"
    ) async throws {
        let certificates = try await Certificates.shared()
        process = try HelperProcess(
            path: "/usr/bin/env",
            [
                "python3", "-c", Self.script, certificates.server.both, behaviour.rawValue, offersHTTP2 ? "h2" : "",
                clientAuthority ?? "", version,
            ])
        guard let line = await process.nextLine(), let port = UInt16(line) else {
            throw ServerDidNotStart(description: "Python's TLS server does not start")
        }
        self.port = port
    }

    func go() {
        process.send(line: "go")
    }

    private static let script = """
        import hashlib, os, socket, ssl, sys
        certificate, behaviour, protocol, authority, version = sys.argv[1:]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        if protocol: context.set_alpn_protocols([protocol])
        if authority:
            context.load_verify_locations(authority)
            context.verify_mode = ssl.CERT_REQUIRED
        wanted = ssl.TLSVersion.TLSv1_2 if version == "1.2" else ssl.TLSVersion.TLSv1_3
        context.minimum_version = context.maximum_version = wanted
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        raw, _ = listener.accept()
        try:
            peer = context.wrap_socket(raw, server_side=True)
        except OSError:
            sys.exit()
        def echo():
            while data := peer.recv(65536): peer.sendall(data)
        if behaviour == "echo": echo()
        if behaviour == "record":
            peer.sendall(b"0123456789abcdefghijklmnopqrst")
            echo()
        if behaviour == "abrupt":
            peer.sendall(b"hello")
            socket.socket.shutdown(peer, socket.SHUT_WR)
            sys.stdin.readline()
        if behaviour == "ending":
            peer.sendall(b"hello")
            peer.unwrap()
        if behaviour == "http":
            while not (data := peer.recv(65536)).endswith(b"\\r\\n\\r\\n"): pass
            peer.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\ntls")
        answers = {
            "httpEnding": b"\\r\\n\\r\\ntls", "httpAbrupt": b"\\r\\n\\r\\ntls",
            "httpCutLength": b"\\r\\nContent-Length: 4\\r\\n\\r\\ntls",
            "httpCutChunk": b"\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n3\\r\\ntls\\r\\n", "httpCutHead": b"\\r\\nA: b\\r\\n"}
        if behaviour in answers:
            while not (data := peer.recv(65536)).endswith(b"\\r\\n\\r\\n"): pass
            peer.sendall(b"HTTP/1.1 200 OK" + answers[behaviour])
            if behaviour == "httpEnding": peer.unwrap()
            else: socket.socket.shutdown(peer, socket.SHUT_WR)
            sys.stdin.readline()
        if behaviour == "stalled":
            peer.sendall(b"abc")
            sys.stdin.readline()
            digest, left = hashlib.sha256(), 4 << 20
            while left and (data := peer.recv(left)):
                digest.update(data)
                left -= len(data)
            peer.sendall(digest.digest())
            peer.recv(1)
        """
}

/// A helper command failed.
struct ServerDidNotStart: Error, CustomStringConvertible {
    let description: String
}
