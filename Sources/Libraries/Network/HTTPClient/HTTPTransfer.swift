import CCurl
import HTTPMessages

/// One sending of a request, and what comes back, within bounds.
///
/// Not safe across threads: it lives on its client's queue, which libcurl calls back on too.
final class HTTPTransfer {
    private let request: CheckedRequest
    private let body: [UInt8]
    private let configuration: HTTPClient.Configuration
    private let onNewConnection: Bool
    private let deadline: ContinuousClock.Instant

    private var received = ResponseHead()
    private var receivedBody: [UInt8] = []
    private var status = 0
    private var retryAfter: Duration?
    /// Why this side gave up.
    private(set) var failure: NetworkError?

    init(
        _ request: CheckedRequest, body: [UInt8], _ configuration: HTTPClient.Configuration, onNewConnection: Bool,
        deadline: ContinuousClock.Instant
    ) {
        self.request = request
        self.body = body
        self.configuration = configuration
        self.onNewConnection = onNewConnection
        self.deadline = deadline
    }

    /// What has come, when the transfer has succeeded.
    var response: HTTPClientResponse {
        HTTPClientResponse(
            status: HTTPStatus(status), headers: received.fields, body: receivedBody, retryAfter: retryAfter)
    }

    /// Sends, and receives; blocks.
    func perform(on handle: EasyHandle, _ cancellation: CancellationFlag) throws(NetworkError) -> CURLcode {
        if cancellation.isSet {
            throw NetworkError(.closed, "\(request.method) \(request.target): the task was cancelled")
        }
        let remaining = deadline - .now
        guard remaining > .zero else {
            throw NetworkError(.timedOut, "\(request.method) \(request.target): the time was up before it was sent")
        }
        // Afterwards the handle knows nothing any more of this object, the body and the list.
        defer { curl_easy_reset(handle.pointer) }
        try handle.reset()
        try handle.setTimeouts(connect: min(remaining, configuration.connectTimeout), total: remaining)
        try cancellation.install(on: handle)
        try handle.apply(configuration.tls)
        try handle.set(CURLOPT_URL, request.url)
        // Names in a path are the caller's, also those that consist of dots.
        try handle.set(CURLOPT_PATH_AS_IS, 1)
        try handle.set(CURLOPT_MAXAGE_CONN, max(1, Int(clamping: configuration.idleLimit.components.seconds)))
        try handle.set(CURLOPT_MAXCONNECTS, 4)
        try handle.set(CURLOPT_FRESH_CONNECT, onNewConnection ? 1 : 0)
        let context = Unmanaged.passUnretained(self).toOpaque()
        try handle.check(ccurl_set_writer(handle.pointer, Self.bodyWriter, context))
        try handle.check(ccurl_set_header_writer(handle.pointer, Self.headWriter, context))

        var list: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(list) }
        for line in request.lines {
            guard let longer = curl_slist_append(list, line) else { throw NetworkError(.failed, "out of memory") }
            list = longer
        }
        try handle.check(ccurl_set_list(handle.pointer, CURLOPT_HTTPHEADER, list))
        try setMethod(on: handle)

        if hasBody {
            try handle.check(ccurl_set_offset(handle.pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        }
        var code = body.withUnsafeBytes { bytes in
            guard hasBody else { return handle.perform() }
            // libcurl keeps the address, not the bytes, and is done with them when this closure ends. An empty array may
            // have none, and nil would mean that a callback gives the body.
            return withUnsafeBytes(of: UInt8(0)) { nothing in
                let start = bytes.baseAddress ?? nothing.baseAddress
                let code = ccurl_set_pointer(handle.pointer, CURLOPT_POSTFIELDS, start)
                return code == CURLE_OK ? handle.perform() : code
            }
        }
        // A body without a length ends with the connection. Older versions of OpenSSL do not tell whether TLS announced
        // the end; so it never matters.
        if handle.isUnannouncedEnd(code), received.isComplete, received.hasNoLength { code = CURLE_OK }
        // libcurl takes an end in the middle of the head for the end of the answer.
        if code == CURLE_OK, !received.isComplete { code = CURLE_RECV_ERROR }
        if code == CURLE_OK { try readInformation(of: handle) }
        // libcurl's own bound on a line of a head (100 KB), by the version's name: the latter is CURLE_TOO_LARGE.
        if code == CURLE_OUT_OF_MEMORY || code.rawValue == 100, failure == nil, !received.isComplete {
            _ = giveUp("a line of the answer's head is too long")
        }
        return code
    }

    private var hasBody: Bool { !body.isEmpty || [.post, .put, .patch].contains(request.method) }

    private func setMethod(on handle: EasyHandle) throws(NetworkError) {
        if hasBody {
            try handle.set(CURLOPT_POST, 1)
        } else if request.method == .head {
            return try handle.set(CURLOPT_NOBODY, 1)
        } else {
            try handle.set(CURLOPT_HTTPGET, 1)
        }
        try handle.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    private func readInformation(of handle: EasyHandle) throws(NetworkError) {
        try handle.check(ccurl_get_long(handle.pointer, CURLINFO_RESPONSE_CODE, &status))
        guard let value = received.fields["Retry-After"] else { return }
        if !value.isEmpty, value.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            // Above 64 bits libcurl says 0.
            retryAfter = .seconds(min(UInt64(value) ?? .max, Self.longestRetryAfter))
        } else {
            var seconds: curl_off_t = 0
            try handle.check(ccurl_get_offset(handle.pointer, CURLINFO_RETRY_AFTER, &seconds))
            retryAfter = .seconds(min(UInt64(max(0, seconds)), Self.longestRetryAfter))
        }
    }

    private static var longestRetryAfter: UInt64 { 3600 }

    /// At most a GiB, which `HTTPHeaders` can hold.
    private var largestHead: Int { min(configuration.largestHead, 1 << 30) }

    private func receive(head line: UnsafeRawBufferPointer) -> Bool {
        guard line.count <= largestHead - received.byteCount else {
            return giveUp("the head of the answer is above \(largestHead) bytes")
        }
        received.append(line)
        return true
    }

    private func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= configuration.largestBody - receivedBody.count else {
            return giveUp("the answer is above \(configuration.largestBody) bytes")
        }
        receivedBody.append(contentsOf: bytes)
        return true
    }

    private func giveUp(_ reason: String) -> Bool {
        failure = NetworkError(.tooLarge, "\(request.method) \(request.target): \(reason)")
        return false
    }

    // Both callbacks return other than the size to end the transfer. Unretained: the transfer lives while it performs.

    private static let headWriter: curl_write_callback = { bytes, size, count, context in
        guard let context else { return 0 }
        let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return transfer.receive(head: line) ? line.count : 0
    }

    private static let bodyWriter: curl_write_callback = { bytes, size, count, context in
        guard let context else { return 0 }
        let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
        let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return transfer.receive(body: piece) ? piece.count : 0
    }
}
