import Bytes
public import JSON

/// The id of a point: an unsigned number, or a UUID. The number 5 and the UUID with the value 5 are different ids.
///
/// Compared by value, whatever spelling a UUID had, in the order in which Qdrant pages: numbers first. A value; safe to use
/// from any thread.
public enum QdrantPointID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// A number from 0 to 2^64 - 1.
    case number(UInt64)
    /// A UUID, as its 128 bits.
    case uuid(high: UInt64, low: UInt64)

    /// Reads a UUID as any program writes it: 8-4-4-4-12 or 32 hexadecimal digits in any case, also in braces or after
    /// `urn:uuid:`.
    ///
    /// - Parameter text: The UUID; nil is the result for anything else, numbers included.
    public init?(uuid text: String) {
        var digits = text.utf8[...]
        if digits.first == UInt8(ascii: "{"), digits.last == UInt8(ascii: "}"), digits.count >= 2 {
            digits = digits.dropFirst().dropLast()
        } else if digits.prefix(9).elementsEqual("urn:uuid:".utf8, by: { $0.lowercasedASCII == $1 }) {
            digits = digits.dropFirst(9)
        }
        let isHyphenated = digits.count == 36
        guard isHyphenated || digits.count == 32 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (position, byte) in digits.enumerated() {
            if isHyphenated, [8, 13, 18, 23].contains(position) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Hexadecimal.value(of: byte) else { return nil }
            (high, low) = (high << 4 | low >> 60, low << 4 | UInt64(digit))
        }
        self = .uuid(high: high, low: low)
    }

    /// The canonical form: decimal digits, or 8-4-4-4-12 hexadecimal digits in lower case.
    public var description: String {
        switch self {
        case .number(let number): return "\(number)"
        case .uuid(let high, let low):
            var text: [UInt8] = []
            Self.append(high, low, to: &text)
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// Whether Qdrant's order has an id before another.
    ///
    /// - Parameters:
    ///   - left: An id.
    ///   - right: Another.
    public static func < (left: QdrantPointID, right: QdrantPointID) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left < right
        case (.number, .uuid): true
        case (.uuid, .number): false
        case (.uuid(let high, let low), .uuid(let otherHigh, let otherLow)): (high, low) < (otherHigh, otherLow)
        }
    }

    static func append(_ high: UInt64, _ low: UInt64, to text: inout [UInt8]) {
        text.append(addingCapacity: 36) { text in
            text.append(hexadecimal: high >> 32, count: 8)
            text.append(UInt8(ascii: "-"))
            text.append(hexadecimal: high >> 16 & 0xffff, count: 4)
            text.append(UInt8(ascii: "-"))
            text.append(hexadecimal: high & 0xffff, count: 4)
            text.append(UInt8(ascii: "-"))
            text.append(hexadecimal: low >> 48, count: 4)
            text.append(UInt8(ascii: "-"))
            text.append(hexadecimal: low & 0xffff_ffff_ffff, count: 12)
        }
    }
}

extension QdrantPointID: ExpressibleByIntegerLiteral {
    /// The id of a number.
    ///
    /// - Parameter value: The number.
    public init(integerLiteral value: UInt64) { self = .number(value) }
}

extension JSONWriter {
    /// Writes the id of a point in canonical form.
    ///
    /// - Parameter id: The id.
    public mutating func pointID(_ id: QdrantPointID) {
        switch id {
        case .number(let number): integer(number)
        case .uuid(let high, let low): inQuotes { QdrantPointID.append(high, low, to: &$0) }
        }
    }

    mutating func pointIDs(_ ids: [QdrantPointID]) {
        array { json in
            for id in ids { json.pointID(id) }
        }
    }
}
