/// The first line is not of a known format.
package struct UnrecognisedFormat: Error, Sendable, Hashable, CustomStringConvertible {
    package var requested: ImportFormat
    /// The beginning of the first line.
    package var seen: String
    /// Required columns that a header of the requested format would have.
    package var missing: [String]
    /// A name shared by several columns.
    package var twice: String?
    /// The byte that more likely separates the fields.
    package var separator: UInt8?

    init(
        requested: ImportFormat, seen: ArraySlice<UInt8>, missing: [String] = [], twice: String? = nil,
        separator: UInt8? = nil
    ) {
        self.separator = separator
        self.requested = requested
        self.seen = seen.isUTF16 ? "UTF-16 text" : seen.excerpt()
        self.missing = missing
        self.twice = twice
    }

    /// The first line, the known formats, and what to do.
    package var description: String {
        let format = requested == .auto ? "a known format" : "the format \(requested.rawValue)"
        var lines = ["the first line is not of \(format): \(seen)"]
        if let separator {
            lines.append(
                "the fields seem to be separated by \(Self.name(separator)): add --separator \(Self.argument(separator))"
            )
        }
        if let twice { lines.append("two columns have the name \(twice)") }
        if !missing.isEmpty {
            lines.append("as a header, it lacks: \(missing.joined(separator: ", "))")
            if separator == nil {
                lines.append("name the columns that hold them: --columns user=NAME,product=NAME,type=NAME,time=NAME")
            }
        }
        if seen.hasPrefix("[") {
            lines.append("convert a JSON array to one object per line, for example with jq -c '.[]'")
        }
        lines.append("known formats, in UTF-8, plain or gzip:")
        lines += Self.known
        return lines.joined(separator: "\n")
    }

    private static func name(_ separator: UInt8) -> String {
        switch separator {
        case UInt8(ascii: ";"): "semicolons"
        case UInt8(ascii: ","): "commas"
        case UInt8(ascii: "\t"): "tabs"
        default: "'\(Unicode.Scalar(separator))'"
        }
    }

    private static func argument(_ separator: UInt8) -> String {
        separator == UInt8(ascii: "\t") ? "tab" : "'\(Unicode.Scalar(separator))'"
    }

    private static let known = [
        "  rees46  CSV with the header \(Columns.rees46Names.joined(separator: ","))",
        "  taobao  CSV without header: user_id,item_id,category_id,behaviour,unix seconds",
        "  csv     CSV whose header names user_id, product_id, event_type, event_time (or item_id, event, timestamp ...)",
        "  ndjson  one JSON object per line, as posted to /events",
    ]
}

extension ArraySlice<UInt8> {
    /// Whether the bytes begin with the byte order mark of UTF-16.
    fileprivate var isUTF16: Bool { starts(with: [0xFF, 0xFE]) || starts(with: [0xFE, 0xFF]) }
}
