import FoundationEssentials
import JSON
import Messaging

// Headers keep their types and their order. What JSON has no type for is an object with one member whose name begins
// with a dollar sign: $base64, $timestamp, $double (not a number, infinite), and $table around a table that looks like
// one of these.

extension JSONWriter {
    /// Writes a table of headers as an object.
    mutating func table(_ table: HeaderTable) {
        object { json in
            for entry in table.entries {
                json.key(entry.key)
                json.header(entry.value)
            }
        }
    }

    private mutating func header(_ value: HeaderValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .double(let value) where value.isFinite: double(value)
        case .double(let value): object { $0.member("$double", "\(value)") }
        case .string(let text): string(text)
        case .bytes(let bytes): object { $0.member("$base64", Data(bytes).base64EncodedString()) }
        case .timestamp(let seconds): object { $0.member("$timestamp", seconds) }
        case .array(let values):
            array { json in
                for value in values { json.header(value) }
            }
        case .table(let table):
            guard table.entries.count == 1, table.entries[0].key.utf8.first == UInt8(ascii: "$") else {
                return self.table(table)
            }
            object { json in
                json.key("$table")
                json.table(table)
            }
        }
    }
}

extension JSONReader {
    /// Reads an object as a table of headers.
    mutating func table() throws(JSONSyntaxError) -> HeaderTable {
        guard peek() == UInt8(ascii: "{") else { throw failure("expected an object of headers") }
        var entries: [HeaderTable.Entry] = []
        try openObject()
        var isFirst = true
        while let key = try nextKey(isFirst: isFirst) {
            isFirst = false
            entries.append(HeaderTable.Entry(key: string(key), value: try header()))
        }
        guard let table = HeaderTable(entries) else { throw failure("a header that comes twice") }
        return table
    }

    private mutating func header() throws(JSONSyntaxError) -> HeaderValue {
        switch peek() {
        case UInt8(ascii: "{"): return try typedObject()
        case UInt8(ascii: "["):
            var values: [HeaderValue] = []
            try openArray()
            while try nextElement(isFirst: values.isEmpty) { values.append(try header()) }
            return .array(values)
        default:
            let token = try value()
            switch token.kind {
            case .bool(let value): return .bool(value)
            case .string: return .string(string(token))
            case .number(isInteger: false): return .double(double(token))
            case .number:
                guard case .value(let number) = integer(token) else { throw failure("an integer beyond 64 bits") }
                return .integer(number)
            case .null, .array, .object: return .null
            }
        }
    }

    /// An object: a table, or a value of a type that JSON does not have. What stands in `$table` is a table, whatever it
    /// looks like.
    private mutating func typedObject() throws(JSONSyntaxError) -> HeaderValue {
        var ahead = self
        try ahead.openObject()
        if let key = try ahead.nextKey(isFirst: true), ahead.string(key) == "$table", ahead.peek() == UInt8(ascii: "{")
        {
            let table = try ahead.table()
            guard try ahead.nextKey(isFirst: false) == nil else { throw ahead.failure("a member beside $table") }
            self = ahead
            return .table(table)
        }
        return try typed(try table())
    }

    private func typed(_ table: HeaderTable) throws(JSONSyntaxError) -> HeaderValue {
        guard table.entries.count == 1, let entry = table.entries.first, entry.key.utf8.first == UInt8(ascii: "$")
        else { return .table(table) }
        switch (entry.key, entry.value) {
        case ("$base64", .string(let text)):
            guard let data = Data(base64Encoded: text) else { throw failure("expected base64") }
            return .bytes([UInt8](data))
        case ("$timestamp", .integer(let seconds)): return .timestamp(seconds)
        case ("$double", .string(let text)):
            guard let number = Double(text) else { throw failure("expected a number") }
            return .double(number)
        default: throw failure("a header of an unknown type: \(entry.key)")
        }
    }
}
