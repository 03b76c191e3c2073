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
    func bodyFormat(linesAllowed: Bool) throws(Problem) -> BodyFormat {
        // The usual form first: parsing a value costs as much as decoding an event.
        if headers.contains("Content-Type", "application/json") { return .json }
        guard let header = headers["Content-Type"] else { return .json }
        let type = header.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        switch type {
        case "application/json": return .json
        case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines":
            if linesAllowed { return .lines }
        default: break
        }
        throw .unsupportedMediaType(
            "The body is declared as \"\(type)\". Send Content-Type: application/json"
                + (linesAllowed ? " or application/x-ndjson." : "."))
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
