import Events
import JSON
import QdrantClient

extension QdrantPayload {
    /// Walks over the members; `read` steps over the value of each.
    func forEachMember(
        _ read: (inout JSONReader, String) throws(JSONSyntaxError) -> Void
    ) throws(JSONSyntaxError) {
        var reader = reader
        guard reader.peek() == UInt8(ascii: "{") else { throw reader.failure("expected an object") }
        try reader.openObject()
        var isFirst = true
        while let key = try reader.nextKey(isFirst: isFirst) {
            isFirst = false
            try read(&reader, reader.string(key))
        }
    }

    /// The whole number at a key; nil without one.
    func wholeNumber(_ wanted: String) -> Int64? {
        var number: Int64?
        try? forEachMember { reader, key throws(JSONSyntaxError) in
            if key == wanted { number = try reader.wholeNumber() } else { _ = try reader.value() }
        }
        return number
    }
}

/// Values of payloads; nil for one of another type, which somebody else has written.
extension JSONReader {
    mutating func wholeNumber() throws(JSONSyntaxError) -> Int64? {
        let token = try value()
        guard case .number = token.kind, case .value(let number) = integer(token) else { return nil }
        return number
    }

    mutating func decimal() throws(JSONSyntaxError) -> Double? {
        let token = try value()
        guard case .number = token.kind else { return nil }
        return double(token)
    }

    mutating func text() throws(JSONSyntaxError) -> String? {
        let token = try value()
        guard case .string = token.kind else { return nil }
        return string(token)
    }

    mutating func time() throws(JSONSyntaxError) -> Timestamp? {
        let token = try value()
        guard case .string(hasEscapes: false) = token.kind else { return nil }
        return try? Timestamp(utf8: bytes[token.range])
    }

    mutating func eventType() throws(JSONSyntaxError) -> EventType? {
        try text().flatMap { EventType(rawValue: $0) }
    }

    mutating func wholeNumbers() throws(JSONSyntaxError) -> [Int64]? {
        guard peek() == UInt8(ascii: "[") else {
            _ = try value()
            return nil
        }
        try openArray()
        var numbers: [Int64] = []
        var isFirst = true
        while try nextElement(isFirst: isFirst) {
            isFirst = false
            guard let number = try wholeNumber() else { continue }
            numbers.append(number)
        }
        return numbers
    }
}

extension JSONWriter {
    /// Writes a time in the one form that Qdrant's index reads to the microsecond, and that sorts as text, too:
    /// `2026-01-30T10:00:00.000000Z`.
    mutating func member(_ name: String, payloadTime time: Timestamp) {
        key(name)
        inQuotes { time.appendPayloadText(to: &$0) }
    }
}

extension Timestamp {
    /// The form in payloads and filters.
    var payloadText: String {
        var text: [UInt8] = []
        appendPayloadText(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    fileprivate func appendPayloadText(to text: inout [UInt8]) {
        // 2019-10-01T00:00:00, then the fraction that there may be.
        text.append(contentsOf: description.utf8.prefix(19))
        text.append(UInt8(ascii: "."))
        let fraction = microseconds % 1_000_000
        let digits = String((fraction < 0 ? fraction + 1_000_000 : fraction) + 1_000_000)
        text.append(contentsOf: digits.utf8.dropFirst())
        text.append(UInt8(ascii: "Z"))
    }
}
