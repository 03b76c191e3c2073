import Messaging

// The stored form: a format byte, flags, exchange and routing key, then the properties that the flags name.
// The format byte is there because later versions of the program open older data folders.
extension Envelope {
    private static let format: UInt8 = 1

    private struct Flags: OptionSet {
        let rawValue: UInt64
        static let contentType = Flags(rawValue: 1 << 0)
        static let messageID = Flags(rawValue: 1 << 1)
        static let type = Flags(rawValue: 1 << 2)
        static let timestamp = Flags(rawValue: 1 << 3)
        static let isPersistent = Flags(rawValue: 1 << 4)
        static let priority = Flags(rawValue: 1 << 5)
        static let expiration = Flags(rawValue: 1 << 6)
        static let headers = Flags(rawValue: 1 << 7)
        static let hasDied = Flags(rawValue: 1 << 8)
        static let known = Flags(rawValue: (1 << 13) - 1)

        /// Stored: the cases' numbers are never reused.
        static func carried(_ property: MessageProperties.Carried) -> Flags {
            Flags(rawValue: 1 << (9 + UInt64(property.rawValue)))
        }
    }

    /// The stored form, or nil if the headers are nested deeper than ``HeaderNesting/limit``.
    func encoded() -> [UInt8]? {
        var writer = ByteWriter(reserving: 160)
        writer.append(byte: Self.format)
        writer.append(unsigned: flags.rawValue)
        writer.append(string: exchange)
        writer.append(string: routingKey)
        if let contentType = properties.contentType { writer.append(string: contentType) }
        if let messageID = properties.messageID { writer.append(string: messageID) }
        if let type = properties.type { writer.append(string: type) }
        if let timestamp = properties.timestamp { writer.append(signed: timestamp) }
        if properties.priority != 0 { writer.append(byte: properties.priority) }
        if let expiration = properties.expiration { writer.append(unsigned: UInt64(expiration)) }
        if !properties.headers.isEmpty {
            guard writer.append(properties.headers, depth: 1) else { return nil }
        }
        for property in MessageProperties.Carried.allCases {
            if let text = properties.carried[property] { writer.append(string: text) }
        }
        return writer.bytes
    }

    /// Reads the stored form.
    init(decoding bytes: [UInt8]) throws(ByteReader.Malformed) {
        var reader = ByteReader(bytes)
        let format = try reader.byte()
        guard format == Self.format else { throw ByteReader.Malformed(what: "has the unknown format \(format)") }
        let flags = Flags(rawValue: try reader.unsigned())
        guard flags.isSubset(of: .known) else { throw ByteReader.Malformed(what: "has unknown properties") }
        exchange = try reader.string()
        routingKey = try reader.string()
        hasDied = flags.contains(.hasDied)
        properties = MessageProperties(isPersistent: flags.contains(.isPersistent))
        if flags.contains(.contentType) { properties.contentType = try reader.string() }
        if flags.contains(.messageID) { properties.messageID = try reader.string() }
        if flags.contains(.type) { properties.type = try reader.string() }
        if flags.contains(.timestamp) { properties.timestamp = try reader.signed() }
        if flags.contains(.priority) { properties.priority = try reader.byte() }
        if flags.contains(.expiration) {
            guard let expiration = UInt32(exactly: try reader.unsigned()) else {
                throw ByteReader.Malformed(what: "has an expiration above 32 bits")
            }
            properties.expiration = expiration
        }
        if flags.contains(.headers) { properties.headers = try reader.table(depth: 1) }
        for property in MessageProperties.Carried.allCases where flags.contains(.carried(property)) {
            properties.carried[property] = try reader.string()
        }
        guard reader.isAtEnd else { throw ByteReader.Malformed(what: "goes on past its end") }
    }

    /// Reads the stored form. Damage to it must neither lose the body nor stop the queue: the message goes on without
    /// properties, and its consumer judges it like any message of another program.
    init(recovering bytes: [UInt8]) {
        do {
            try self.init(decoding: bytes)
        } catch {
            self.init(exchange: "", routingKey: "", properties: MessageProperties())
        }
    }

    private var flags: Flags {
        var flags: Flags = []
        if properties.contentType != nil { flags.insert(.contentType) }
        if properties.messageID != nil { flags.insert(.messageID) }
        if properties.type != nil { flags.insert(.type) }
        if properties.timestamp != nil { flags.insert(.timestamp) }
        if properties.isPersistent { flags.insert(.isPersistent) }
        if properties.priority != 0 { flags.insert(.priority) }
        if properties.expiration != nil { flags.insert(.expiration) }
        if !properties.headers.isEmpty { flags.insert(.headers) }
        if hasDied { flags.insert(.hasDied) }
        for property in properties.carried.keys { flags.insert(.carried(property)) }
        return flags
    }
}

/// The first byte of a header value. Stored: numbers are never reused.
private enum Tag: UInt8 {
    case null = 0
    case no = 1
    case yes = 2
    case integer = 3
    case double = 4
    case string = 5
    case bytes = 6
    case timestamp = 7
    case array = 8
    case table = 9
}

extension ByteWriter {
    /// - Returns: false if `table` is nested too deeply; what was written so far is then useless.
    fileprivate mutating func append(_ table: HeaderTable, depth: Int) -> Bool {
        guard depth <= HeaderNesting.limit else { return false }
        append(unsigned: UInt64(table.entries.count))
        for entry in table.entries {
            append(string: entry.key)
            guard append(entry.value, depth: depth) else { return false }
        }
        return true
    }

    private mutating func append(_ value: HeaderValue, depth: Int) -> Bool {
        switch value {
        case .null: append(tag: .null)
        case .bool(let flag): append(tag: flag ? .yes : .no)
        case .integer(let number):
            append(tag: .integer)
            append(signed: number)
        case .double(let number):
            append(tag: .double)
            append(double: number)
        case .string(let text):
            append(tag: .string)
            append(string: text)
        case .bytes(let blob):
            append(tag: .bytes)
            append(blob: blob)
        case .timestamp(let seconds):
            append(tag: .timestamp)
            append(signed: seconds)
        case .array(let elements):
            guard depth < HeaderNesting.limit else { return false }
            append(tag: .array)
            append(unsigned: UInt64(elements.count))
            for element in elements {
                guard append(element, depth: depth + 1) else { return false }
            }
        case .table(let table):
            append(tag: .table)
            return append(table, depth: depth + 1)
        }
        return true
    }

    private mutating func append(tag: Tag) {
        append(byte: tag.rawValue)
    }
}

extension ByteReader {
    fileprivate mutating func table(depth: Int) throws(Malformed) -> HeaderTable {
        guard depth <= HeaderNesting.limit else { throw Malformed(what: "is nested too deeply") }
        var entries: [HeaderTable.Entry] = []
        for _ in 0..<(try count()) {
            entries.append(HeaderTable.Entry(key: try string(), value: try value(depth: depth)))
        }
        guard let table = HeaderTable(entries) else { throw Malformed(what: "has a header twice") }
        return table
    }

    private mutating func value(depth: Int) throws(Malformed) -> HeaderValue {
        let byte = try byte()
        guard let tag = Tag(rawValue: byte) else { throw Malformed(what: "has a header of the unknown type \(byte)") }
        switch tag {
        case .null: return .null
        case .no: return .bool(false)
        case .yes: return .bool(true)
        case .integer: return .integer(try signed())
        case .double: return .double(try double())
        case .string: return .string(try string())
        case .bytes: return .bytes(try blob())
        case .timestamp: return .timestamp(try signed())
        case .array:
            guard depth < HeaderNesting.limit else { throw Malformed(what: "is nested too deeply") }
            var elements: [HeaderValue] = []
            for _ in 0..<(try count()) { elements.append(try value(depth: depth + 1)) }
            return .array(elements)
        case .table: return .table(try table(depth: depth + 1))
        }
    }
}
