import Bytes
import CCurl

/// A request that was checked: it asks for what it says, and nothing of it ends a line or begins another request.
struct RequestHead {
    let method: String
    let url: String
    /// The address without its query, for messages.
    let target: String
    /// The lines to send, beside those that libcurl writes.
    let lines: [String]

    init(_ request: HTTPClientRequest) throws(NetworkError) {
        guard Self.isToken(request.method), request.method.utf8.count <= 32 else {
            throw NetworkError(.failed, "a request's method is no token")
        }
        guard request.method != "HEAD" || request.body.isEmpty else {
            throw NetworkError(.failed, "a HEAD request has no body")
        }
        method = request.method
        url = request.url
        target = try Self.target(of: request.url)

        // libcurl would wait a second for an answer to `Expect`, and would call any body a form's.
        var lines = ["Expect:"]
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            lines.append("Content-Type:")
        }
        for field in request.headers {
            guard Self.isToken(field.name) else { throw NetworkError(.failed, "a header's name is no token") }
            guard !["content-length", "transfer-encoding", "expect"].contains(field.name.lowercased()) else {
                throw NetworkError(.failed, "the header \(field.name) is the client's to write")
            }
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                throw NetworkError(.failed, "the header \(field.name) contains control characters")
            }
            let value = field.value.drop { $0 == " " || $0 == "\t" }
            // How libcurl is told to send a field without a value.
            lines.append(value.isEmpty ? "\(field.name);" : "\(field.name): \(value)")
        }
        self.lines = lines
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && ByteSet.token.containsAll(text.utf8)
    }

    private static func target(of url: String) throws(NetworkError) -> String {
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7f }) else {
            throw NetworkError(.failed, "a request's address has characters that are to be percent-encoded")
        }
        guard let parts = curl_url() else { throw NetworkError(.failed, "out of memory") }
        defer { curl_url_cleanup(parts) }
        guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK,
            let scheme = Self.part(CURLUPART_SCHEME, of: parts), scheme == "http" || scheme == "https"
        else {
            throw NetworkError(.failed, "a request's address is no http:// or https:// address")
        }
        guard part(CURLUPART_USER, of: parts) == nil, part(CURLUPART_PASSWORD, of: parts) == nil else {
            throw NetworkError(.failed, "a request's address has a user or password: these belong into a header")
        }
        // Queries may carry what is not for logs.
        curl_url_set(parts, CURLUPART_QUERY, nil, 0)
        curl_url_set(parts, CURLUPART_FRAGMENT, nil, 0)
        return part(CURLUPART_URL, of: parts) ?? scheme
    }

    private static func part(_ part: CURLUPart, of parts: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(parts, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
