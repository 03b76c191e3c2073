import FoundationEssentials

// For configuration and tools that decode with Foundation. The pipeline goes through ``JSONValue/init(parsing:)`` and
// ``JSONWriter``, which keep more and are many times as fast.
extension JSONValue: Codable {
    /// Reads any JSON value through a decoder such as Foundation's.
    ///
    /// A decoder hides how a number was written, so that less is kept than by ``init(parsing:)``: `1.0` becomes the
    /// integer 1. A number that no machine number holds exactly keeps the 38 digits of Decimal, and becomes the nearest
    /// Double beyond Decimal's range (1e165).
    ///
    /// - Parameter decoder: Where the value is read from.
    /// - Throws: `DecodingError`, or another error of the decoder, for input that is not a JSON value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(UInt64.self) {
            self = .unsigned(value)
        } else if let value = try? container.decode(Double.self) {
            self = Self.number(value, asDecimal: try? container.decode(Decimal.self))
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    private static func number(_ value: Double, asDecimal decimal: Decimal?) -> JSONValue {
        guard let digits = decimal?.description, DecimalForm(digits.utf8) != DecimalForm(value.description.utf8),
            let number = JSONNumber(digits)
        else { return .number(value) }
        return .exact(number)
    }

    /// Writes the value through an encoder such as Foundation's.
    ///
    /// - Parameter encoder: Where the value is written to.
    /// - Throws: `EncodingError` for a number of more digits than Decimal holds; errors of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .unsigned(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .exact(let number):
            guard let decimal = Decimal(string: number.description),
                DecimalForm(decimal.description.utf8) == DecimalForm(number.description.utf8)
            else {
                let context = EncodingError.Context(
                    codingPath: encoder.codingPath, debugDescription: "Decimal cannot hold \(number)")
                throw EncodingError.invalidValue(number, context)
            }
            try container.encode(decimal)
        case .string(let value): try container.encode(value)
        case .array(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        }
    }
}
