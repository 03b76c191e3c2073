/// A number of a JSON text that is kept as its digits, because no machine number holds its value exactly.
///
/// Examples are `1e-400`, `123456789012345678901234567890` and `0.1000000000000000055511151231257827`. The magnitude is
/// within Double's range. Two numbers are equal if they are written alike: `1e-400` and `10e-401` differ.
///
/// An immutable value, safe to use from any thread.
public struct JSONNumber: Sendable, Hashable, CustomStringConvertible {
    /// The number as it was written, which is valid JSON.
    public let description: String

    /// The nearest Double, which is always finite.
    public var approximation: Double { Double(description) ?? .nan }

    /// Makes a number of its text.
    ///
    /// The result is nil for a text that is not a JSON number, for a number beyond Double's range, and for a number that
    /// another case of ``JSONValue`` holds exactly, so that each number has one representation.
    ///
    /// - Parameter text: The number by the grammar of JSON (RFC 8259, section 6), of at most
    ///   ``JSONReader/maximumNumberLength`` characters.
    public init?(_ text: String) {
        guard case .exact(let number) = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
        self = number
    }

    /// The digits of a number token that is in range.
    init(digits: String) {
        description = digits
    }
}

/// The value of a decimal number in a form that is the same for all its spellings: significant digits without zeros at
/// either end, times a power of ten.
struct DecimalForm: Equatable {
    private var digits: [UInt8] = []
    private var exponent = 0
    private var isNegative = false

    /// Reads a number that the grammar of JSON allows.
    init(_ text: some Collection<UInt8>) {
        var isFraction = false
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                exponent += Self.exponent(String(decoding: rest, as: UTF8.self))
                rest = rest[rest.endIndex...]
            default:
                if isFraction { exponent -= 1 }
                if !digits.isEmpty || byte != UInt8(ascii: "0") { digits.append(byte) }
            }
        }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        if digits.isEmpty { exponent = 0 }
    }

    /// The value if it is whole and an Int64 holds it.
    var integer: Int64? {
        guard !digits.isEmpty else { return 0 }
        guard (0...18).contains(exponent) else { return nil }
        let sign = isNegative ? [UInt8(ascii: "-")] : []
        let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: exponent)
        return Int64(String(decoding: sign + digits + zeros, as: UTF8.self))
    }

    /// The value of an exponent's digits, limited so that sums cannot overflow: what exceeds the limit exceeds every range.
    private static func exponent(_ digits: String) -> Int {
        let limit = 1_000_000_000
        return max(-limit, min(Int(digits) ?? (digits.hasPrefix("-") ? -limit : limit), limit))
    }
}
