import AMQPWire
import Messaging

extension FieldValue {
    /// The value on the wire. Integers take 32 bits if they fit, as most clients send them; RabbitMQ treats integers of
    /// all widths as equal when it compares arguments.
    init(_ value: HeaderValue) {
        self =
            switch value {
            case .null: .void
            case .bool(let value): .boolean(value)
            case .integer(let value): Int32(exactly: value).map { .int32($0) } ?? .int64(value)
            case .double(let value): .double(value)
            case .string(let text): .string(text)
            case .bytes(let bytes): .bytes(bytes)
            // A time before 1970 keeps its bits: the field is unsigned.
            case .timestamp(let seconds): .timestamp(UInt64(bitPattern: seconds))
            case .array(let values): .array(values.map { FieldValue($0) })
            case .table(let table): .table(FieldTable(table))
            }
    }
}

extension FieldTable {
    /// The table on the wire, in the same order.
    init(_ table: HeaderTable) {
        self.init(table.entries.map { Entry($0.key, FieldValue($0.value)) })
    }
}

extension HeaderValue {
    /// The value from the wire, without the width of numbers; a decimal becomes the nearest double.
    init(_ value: FieldValue) {
        self =
            switch value {
            case .void: .null
            case .boolean(let value): .bool(value)
            case .int8(let value): .integer(Int64(value))
            case .uint8(let value): .integer(Int64(value))
            case .int16(let value): .integer(Int64(value))
            case .uint16(let value): .integer(Int64(value))
            case .int32(let value): .integer(Int64(value))
            case .uint32(let value): .integer(Int64(value))
            case .int64(let value): .integer(value)
            case .float(let value): .double(Double(value))
            case .double(let value): .double(value)
            case .decimal(let scale, let value): .double(Self.decimal(value, scale))
            case .string(let text): .string(text)
            case .bytes(let bytes): .bytes(bytes)
            case .timestamp(let seconds): .timestamp(Int64(bitPattern: seconds))
            case .array(let values): .array(values.map { HeaderValue($0) })
            case .table(let table): .table(HeaderTable(table))
            }
    }

    private static func decimal(_ value: Int32, _ scale: UInt8) -> Double {
        var divisor = 1.0
        for _ in 0..<scale { divisor *= 10 }
        return Double(value) / divisor
    }
}

extension HeaderTable {
    /// The table from the wire; a repeated key keeps its first value.
    init(_ table: FieldTable) {
        let entries = table.entries.map { Entry(key: $0.key, value: HeaderValue($0.value)) }
        if let whole = HeaderTable(entries) {
            self = whole
        } else {
            var seen: Set<String> = []
            self = HeaderTable(entries.filter { seen.insert($0.key).inserted }) ?? [:]
        }
    }
}
