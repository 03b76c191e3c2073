import Bytes
import CCurl
import HTTPMessages

/// A request that was checked: it asks for what it says, and nothing of it ends a line or begins another request.
struct CheckedRequest {
    let method: HTTPMethod
    let url: String
    /// The address without its query, for messages.
    let target: String
    /// The lines to send, beside those that libcurl writes.
    let lines: [String]

    init(_ request: HTTPClientRequest) throws(NetworkError) {
        guard Self.isToken(request.method.rawValue), request.method.rawValue.utf8.count <= 32 else {
            throw NetworkError(.failed, "a request's method is not a token")
        }
        guard request.method != .head || request.body.isEmpty else {
            throw NetworkError(.failed, "a HEAD request cannot have a body")
        }
        method = request.method
        url = request.url
        target = try Self.target(of: request.url)

        // libcurl would wait a second for an answer to `Expect`, and would call any body a form's.
        var lines = ["Expect:"]
        if !request.headers.contains("Content-Type") {
            lines.append("Content-Type:")
        }
        for (name, value) in request.headers {
            guard Self.isToken(name) else { throw NetworkError(.failed, "a header's name is not a token") }
            guard !["content-length", "transfer-encoding", "expect"].contains(name.lowercased()) else {
                throw NetworkError(.failed, "the header \(name) is the client's to write")
            }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                throw NetworkError(.failed, "the header \(name) contains control characters")
            }
            let text = value.drop { $0 == " " || $0 == "\t" }
            // How libcurl is told to send a field without a value.
            lines.append(text.isEmpty ? "\(name);" : "\(name): \(text)")
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
            throw NetworkError(.failed, "a request's address does not begin with http:// or https://")
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
