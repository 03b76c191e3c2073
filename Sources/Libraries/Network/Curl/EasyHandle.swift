import CCurl
import EventLoops
import Glibc
import Platform

/// Owns a libcurl handle and the buffer that libcurl writes its error texts to.
///
/// Unchecked: libcurl wants a handle on one thread at a time, not on one thread forever. Each owner keeps it to one
/// serial queue (a connection attempt to the queue that connects; then a stream or client to its actor's), and hands it
/// over by that queue's jobs, which order the accesses. `deinit` runs when nobody else can have it.
final class EasyHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>

    init() throws(NetworkError) {
        guard Self.libraryResult == CURLE_OK, let pointer = curl_easy_init() else {
            throw NetworkError(.failed, "libcurl could not start, for want of memory or descriptors")
        }
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(pointer)
        errorText.deallocate()
    }

    /// Once a process. libcurl sends without SIGPIPE, but OpenSSL below it does not: a peer that has gone would end
    /// the process.
    private static let libraryResult: CURLcode = {
        signal(SIGPIPE, SIG_IGN)
        return ccurl_global_init()
    }()

    /// Back to libcurl's defaults, keeping open connections, and then what every use here wants.
    func reset() throws(NetworkError) {
        curl_easy_reset(pointer)
        try check(ccurl_set_error_buffer(pointer, errorText))
        // Without signals, else a name look-up's time is kept by SIGALRM; and without joining a resolver that hangs.
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // An empty name, not none, which would be the environment's.
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NOPROXY, "*")
        // With ALPN a server may choose HTTP/2, and libcurl then writes its preface into a raw stream.
        try set(CURLOPT_SSL_ENABLE_ALPN, 0)
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_TCP_NODELAY, 1)
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_TCP_KEEPIDLE, 30)
        try set(CURLOPT_TCP_KEEPINTVL, 10)
        try check(ccurl_set_socket_opener(pointer, Self.openSocket))
    }

    /// As libcurl does, but closed on exec: else a child process keeps the connection open, and the peer never sees its
    /// end.
    private static let openSocket: curl_opensocket_callback = { _, _, address in
        guard let address = address?.pointee else { return -1 }
        return socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
    }

    /// Verifies the peer, and shows it the client's certificate, as `tls` says.
    func apply(_ tls: TLSConfiguration) throws(NetworkError) {
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_SSL_VERIFYPEER, tls.verifiesPeer ? 1 : 0)
        try set(CURLOPT_SSL_VERIFYHOST, tls.verifiesPeer ? 2 : 0)
        if let file = tls.certificateAuthorityFile {
            try set(CURLOPT_CAINFO, file)
            // Else the folder of the system's authorities, which libcurl is built with, is trusted beside the file.
            try check(ccurl_set_string(pointer, CURLOPT_CAPATH, nil))
        }
        if let file = tls.certificateFile { try set(CURLOPT_SSLCERT, file) }
        if let file = tls.keyFile { try set(CURLOPT_SSLKEY, file) }
    }

    /// The time for connecting (with the TLS handshake) and for all of it.
    func setTimeouts(connect: Duration, total: Duration) throws(NetworkError) {
        try set(CURLOPT_CONNECTTIMEOUT_MS, connect.curlMilliseconds)
        try set(CURLOPT_TIMEOUT_MS, total.curlMilliseconds)
    }

    func set(_ option: CURLoption, _ value: Int) throws(NetworkError) {
        try check(ccurl_set_long(pointer, option, value))
    }

    /// libcurl copies the string.
    func set(_ option: CURLoption, _ value: String) throws(NetworkError) {
        // C sees the string end at a zero byte: a name that goes on there would be another one.
        guard !value.utf8.contains(0) else { throw NetworkError(.failed, "a name or path contains a zero byte") }
        try check(ccurl_set_string(pointer, option, value))
    }

    func check(_ code: CURLcode) throws(NetworkError) {
        guard code == CURLE_OK else {
            throw NetworkError(.failed, "libcurl refuses an option: \(Self.text(of: code))")
        }
    }

    /// Runs the transfer, or with CONNECT_ONLY connects; blocks the thread.
    func perform() -> CURLcode {
        errorText.pointee = 0
        return curl_easy_perform(pointer)
    }

    /// Forgets what libcurl wrote about a connection that has come about all the same.
    func forgetText() {
        errorText.pointee = 0
    }

    /// The last failure's text, or the code's where libcurl gave none. Its texts name hosts, files and reasons, not
    /// headers or bodies.
    func text(of code: CURLcode) -> String {
        var errorNumber = 0
        // Here libcurl's text leaves out why.
        if code == CURLE_COULDNT_CONNECT,
            ccurl_get_long(pointer, CURLINFO_OS_ERRNO, &errorNumber) == CURLE_OK, errorNumber != 0
        {
            return SystemError(errorNumber: Int32(truncatingIfNeeded: errorNumber), operation: "connect").description
        }
        return errorText.pointee == 0 ? Self.text(of: code) : String(cString: errorText)
    }

    /// Whether TCP ended without an end of TLS. libcurl gives that as a plain end with OpenSSL before 3.2, and since then
    /// as an error that has no code of its own.
    func isUnannouncedEnd(_ code: CURLcode) -> Bool {
        code == CURLE_RECV_ERROR && text(of: code).contains("unexpected eof while reading")
    }

    private static func text(of code: CURLcode) -> String {
        guard let text = curl_easy_strerror(code) else { return "error \(code.rawValue)" }
        return String(cString: text)
    }
}

extension Duration {
    /// As libcurl takes times: at least 1, since 0 means its defaults, and at most what its 32-bit builds can hold.
    fileprivate var curlMilliseconds: Int { Int(min(max(1, wholeMilliseconds), 2_000_000_000)) }
}
