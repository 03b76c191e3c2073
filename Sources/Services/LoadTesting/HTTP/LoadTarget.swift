import Network

/// The API that a load test posts to.
package struct LoadTarget: Sendable, Hashable {
    /// Why a text is not the address of an API.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// The expected form.
        package let description = "a URL such as http://127.0.0.1:8000"
    }

    let endpoint: ByteStream.Endpoint
    /// What stands before `/events`; empty, or with a slash in front and none at its end.
    let path: String
    /// As it was written, without slashes at its end.
    package let url: String

    /// Reads `http://` or `https://`, a host, a port if it is not the usual one, and a path that is put before all
    /// others.
    package init(_ url: String) throws(Failure) {
        var url = url[...]
        while url.last == "/" { url.removeLast() }
        self.url = String(url)
        let isSecure = url.hasPrefix("https://")
        guard isSecure || url.hasPrefix("http://") else { throw Failure() }
        let rest = url.dropFirst(isSecure ? 8 : 7)
        let authority = rest.prefix { $0 != "/" }
        path = String(rest.dropFirst(authority.count))
        guard let (host, port) = Self.split(authority), !host.isEmpty,
            !path.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "?") })
        else { throw Failure() }
        endpoint = ByteStream.Endpoint(
            host: String(host), port: port ?? (isSecure ? 443 : 80), tls: isSecure ? TLSConfiguration() : nil)
    }

    private static func split(_ authority: Substring) -> (host: Substring, port: UInt16?)? {
        var host = authority
        var end = authority[authority.endIndex...]
        if authority.first == "[" {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<bracket]
            end = authority[authority.index(after: bracket)...]
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            end = authority[colon...]
        }
        let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") }
        guard isPlain else { return nil }
        if end.isEmpty { return (host, nil) }
        guard end.first == ":", let port = UInt16(end.dropFirst()), port > 0 else { return nil }
        return (host, port)
    }

    /// The value of the header `Host`.
    var authority: String {
        endpoint.host.contains(":")
            ? "[\(endpoint.host)]:\(endpoint.port)" : "\(endpoint.host):\(endpoint.port)"
    }
}
