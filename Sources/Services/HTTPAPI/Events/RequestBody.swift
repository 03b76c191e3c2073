import Events
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

extension HTTPAPI {
    /// The value of a JSON body that is no event. What it holds while it is decoded counts in the memory of requests.
    func decodedBody<Value>(
        _ request: HTTPRequest, as decode: ([UInt8]) throws(EventRejection) -> Value
    ) throws(Problem) -> Value {
        _ = try request.bodyFormat(linesAllowed: false, origins: origins)
        var lease = MemoryLease(memory)
        defer { lease.end() }
        let body = try request.decodedBody(limit: limits.bodyBytes, &lease)
        do throws(EventRejection) {
            return try decode(body)
        } catch {
            throw Problem(error)
        }
    }
}

extension HTTPRequest {
    /// The format that the content type names.
    ///
    /// Browsers let any page post a body that is text, or that has no type, without asking the server first. Such a body
    /// is taken from pages whose origin is allowed, and from no one else.
    func bodyFormat(linesAllowed: Bool, origins: CrossOriginPolicy) throws(Problem) -> BodyFormat {
        // The usual form first: parsing a value costs as much as decoding an event.
        if headers.contains("Content-Type", "application/json") { return .json }
        let usual = "Send Content-Type: application/json" + (linesAllowed ? " or application/x-ndjson." : ".")
        guard let header = headers["Content-Type"] else {
            if origins.admits(headers) { return .json }
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
            return "Only a browser's page may leave that out, if its origin is allowed (serve --allow-origin)."
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
    /// - Parameters:
    ///   - limit: The most bytes that a body may have when inflated.
    ///   - lease: Has taken nothing yet; takes the memory for what is inflated, as it grows.
    func decodedBody(limit: Int, _ lease: inout MemoryLease) throws(Problem) -> [UInt8] {
        guard let encoding = headers["Content-Encoding"]?.lowercased(), encoding != "identity" else { return body }
        guard encoding == "gzip" || encoding == "x-gzip" else {
            throw .unsupportedMediaType("The content encoding \"\(encoding)\" is not known; send gzip or none.")
        }
        var inflater = Inflater(limits: InflateLimits(maximumOutput: limit))
        var output: [UInt8] = []
        var used = 0
        repeat {
            // JSON shrinks to about a quarter or less. One byte more than allowed, so that too much is noticed.
            let room = min(max(body.count, 1 << 10, output.count / 2) * 4, limit + 1)
            if room > lease.bytes {
                try lease.grow(by: room - lease.bytes)
                output.reserveCapacity(room)
            }
            do throws(GzipError) {
                used += try inflater.inflate(
                    body.span.extracting(used...), into: &output, atMost: max(1, lease.bytes - output.count))
                if used == body.count, !inflater.outputIsPending { try inflater.finish() }
            } catch {
                throw Problem(error, limit: limit)
            }
        } while used < body.count || inflater.outputIsPending
        return output
    }

    /// The value of a query parameter.
    func parameter(_ name: String) -> String? {
        query.last { $0.name == name }?.value
    }

    /// Refuses a parameter that is given twice: which of the two is meant, nobody knows.
    func checkParameters(of route: Route) throws(Problem) {
        let query = query
        guard query.count > 1 else { return }
        for parameter in route.description.parameters where parameter.place == .query {
            guard query.count(where: { $0.name == parameter.name }) > 1 else { continue }
            throw .invalid([.query(parameter.name, "\(parameter.name) is given more than once", type: .valueError)])
        }
    }
}

extension Problem {
    fileprivate init(_ error: GzipError, limit: Int) {
        if case .tooLarge = error {
            self = .contentTooLarge("The body is larger than \(limit) bytes when inflated; send fewer events.")
        } else {
            self = .malformed("The body is declared as gzip but cannot be inflated: \(error).")
        }
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
