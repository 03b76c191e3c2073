import Gzip
import HTTPMessages
import HTTPServer
import HTTPWire

/// The format of a posted body.
enum BodyFormat {
    case json
    /// One JSON value per line.
    case lines
}

extension HTTPRequest {
    /// The format that the content type names; a missing content type counts as JSON.
    ///
    /// Browsers let any page post a body that is text, or that has no type, without asking the server first. Where a
    /// page sent the request, such a body is taken only if the page's origin is allowed; text is taken from no one else.
    func bodyFormat(linesAllowed: Bool, origins: CrossOriginPolicy) throws(Problem) -> BodyFormat {
        // The usual form first: parsing a value costs as much as decoding an event.
        if headers.contains("Content-Type", "application/json") { return .json }
        let usual = "Send Content-Type: application/json" + (linesAllowed ? " or application/x-ndjson." : ".")
        guard let header = headers["Content-Type"] else {
            if !headers.contains("Origin") || origins.admits(headers) { return .json }
            throw .unsupportedMediaType("The body has no Content-Type. \(usual) \(adviceToPages(origins))")
        }
        let type = header.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        switch type {
        case "application/json": return .json
        case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines":
            if linesAllowed { return .lines }
        case "text/plain":
            if origins.admits(headers), header.isInUTF8 { return .json }
            throw .unsupportedMediaType("The body is declared as \"\(type)\". \(usual) \(adviceToPages(origins))")
        default: break
        }
        throw .unsupportedMediaType("The body is declared as \"\(type)\". \(usual)")
    }

    /// What to do so that JSON that is not declared as such is taken.
    private func adviceToPages(_ origins: CrossOriginPolicy) -> String {
        guard let origin = headers["Origin"] else {
            return "Only a browser's page may send JSON as text, if its origin is allowed (serve --allow-origin)."
        }
        if origins.admits(headers) { return "A page may send JSON as text in UTF-8 only." }
        guard let allowed = try? AllowedOrigin(origin), allowed != .any else {
            return "The page that sent this has no origin that could be allowed: it is a file or sandboxed, or its "
                + "Referrer-Policy hides the origin."
        }
        return "To let pages of \(allowed) post it as it is, start with --allow-origin \(allowed)."
    }

    /// The body, inflated if it came as gzip.
    ///
    /// - Parameter limit: The most bytes that a body may have when inflated.
    func decodedBody(limit: Int) throws(Problem) -> [UInt8] {
        guard let encoding = headers["Content-Encoding"]?.lowercased(), encoding != "identity" else { return body }
        guard encoding == "gzip" || encoding == "x-gzip" else {
            throw .unsupportedMediaType("The content encoding \"\(encoding)\" is not known; send gzip or none.")
        }
        do throws(GzipError) {
            return try Gzip.decompress(body, maxOutput: limit)
        } catch {
            if case .tooLarge = error {
                throw .contentTooLarge("The body is larger than \(limit) bytes when inflated; send fewer events.")
            }
            throw .malformed("The body is declared as gzip but cannot be inflated: \(error).")
        }
    }

    /// The value of a query parameter; the last one if the parameter is repeated.
    func parameter(_ name: String) -> String? {
        query.last { $0.name == name }?.value
    }
}

extension String {
    /// Whether a content type names UTF-8 as the charset, or none.
    fileprivate var isInUTF8: Bool {
        split(separator: ";").dropFirst().allSatisfy { parameter in
            let parameter = parameter.lowercased().filter { !" \t\"".contains($0) }
            return !parameter.hasPrefix("charset=") || parameter == "charset=utf-8"
        }
    }
}
