/// Tells what bytes are that should have been a JSON object, by how they begin.
struct BodySignature {
    private let body: [UInt8]
    /// The first bytes, behind white space.
    private let front: ArraySlice<UInt8>

    init(_ body: [UInt8]) {
        self.body = body
        front = body.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }.prefix(8)
    }

    /// Whether the body begins like gzip (RFC 1952) or zlib (RFC 1950).
    var isInflatable: Bool { isGzip || isZlib }

    private var isGzip: Bool { body.starts(with: [0x1F, 0x8B]) }

    /// No JSON text begins so: the low half of its first byte would have to be 8.
    private var isZlib: Bool {
        guard body.count >= 2, body[0] & 0x0F == 8, body[0] >> 4 <= 7 else { return false }
        return (Int(body[0]) << 8 | Int(body[1])) % 31 == 0
    }

    /// What the bytes are, as a sentence without a full stop; nil if they may be meant as a JSON object in UTF-8.
    var finding: String? { emptiness ?? compression ?? otherText ?? otherJSON }

    private var emptiness: String? {
        if body.isEmpty { return "the body is empty" }
        return front.isEmpty ? "the body is nothing but white space" : nil
    }

    private var compression: String? {
        if isGzip { return "the body is compressed with gzip: set content_encoding to gzip" }
        let others: [([UInt8], String)] = [
            ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"), (Array("BZh".utf8), "bzip2"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"),
            ([0x5D, 0x00, 0x00], "LZMA"), (Array("PK\u{3}\u{4}".utf8), "Zip"),
        ]
        for (magic, name) in others where body.starts(with: magic) {
            return "the body is compressed with \(name), which is not read: send it plain, or as gzip or deflate"
        }
        if isZlib { return "the body is compressed with zlib: set content_encoding to deflate" }
        return nil
    }

    private var otherText: String? {
        let start = body.prefix(4)
        if start.starts(with: [0xFF, 0xFE, 0, 0]) || start.starts(with: [0, 0, 0xFE, 0xFF])
            || (start.count == 4
                && (start.dropFirst().allSatisfy { $0 == 0 } || start.dropLast().allSatisfy { $0 == 0 }))
        {
            return "the body has four bytes a character (UTF-32): send UTF-8"
        }
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
            || (start.count >= 2 && (start[0] == 0) != (start[1] == 0))
        {
            return "the body has two bytes a character (UTF-16): send UTF-8"
        }
        if start.first == 0x80, body.count > 1, (2...5).contains(body[1]) {
            return "the body is a Python pickle: send JSON"
        }
        guard String(validating: body, as: UTF8.self) == nil else { return nil }
        guard let first = front.first, [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\"")].contains(first) else {
            return "the body is neither JSON nor text"
        }
        return "the body is not UTF-8 (perhaps Latin-1 or Windows-1252): send UTF-8"
    }

    private var otherJSON: String? {
        // A byte order mark in UTF-8 is skipped when events are read.
        let text = front.starts(with: [0xEF, 0xBB, 0xBF]) ? front.dropFirst(3) : front
        guard let first = text.first else { return "the body is nothing but a byte order mark" }
        return switch first {
        case UInt8(ascii: "{"): nil
        case UInt8(ascii: "["): "the body is a JSON array: send each event as a message of its own"
        case UInt8(ascii: "\""): "the body is a JSON string, not an object: it may have been encoded twice"
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): "the body is a number, not a JSON object"
        case UInt8(ascii: "<"): "the body is XML or HTML, not JSON"
        default:
            ["true", "false", "null"].contains { text.starts(with: $0.utf8) }
                ? "the body is a JSON word (null, true or false), not an object"
                : "the body is text, but not JSON"
        }
    }
}
