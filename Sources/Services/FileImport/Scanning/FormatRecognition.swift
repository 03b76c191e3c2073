import Events
import JSON

/// Recognises the format of a file.
struct FormatRecognition {
    enum FirstRecord: Equatable {
        case header
        case row
    }

    /// The result: how the records are decoded, and whether the first one is a header.
    struct Result {
        var format: ImportFormat
        var decoder: any RecordDecoding
        var first: FirstRecord
    }

    private let options: ImportOptions
    private let now: Timestamp

    init(options: ImportOptions, now: Timestamp) {
        self.options = options
        self.now = now
    }

    var requested: ImportFormat { options.format }

    /// The style of the scan, as recognised by the first byte that is not blank.
    func style(firstByte: UInt8) -> RecordScanner.Style {
        switch requested {
        case .ndjson: .lines
        case .auto where firstByte == UInt8(ascii: "{") || firstByte == UInt8(ascii: "["): .lines
        case .auto, .rees46, .taobao, .csv: .separated(by: options.separator)
        }
    }

    /// Recognises the format by the first record.
    func recognise(_ record: RecordScanner) throws(UnrecognisedFormat) -> Result {
        switch requested {
        case .ndjson: return try json(record)
        case .taobao: return rows(.taobao, .taobao, .row)
        case .rees46: return try header(record)
        case .csv, .auto: break
        }
        if requested == .auto, record.record.trimmed.first == UInt8(ascii: "{") { return try json(record) }
        if options.columns.isByPosition { return try positions(record) }
        if requested == .auto, options.columns.isEmpty, options.type == nil, Self.isTaobao(record) {
            return rows(.taobao, .taobao, .row)
        }
        return try header(record)
    }

    private var rules: RowMapper.Rules {
        RowMapper.Rules(
            names: options.names, type: options.type,
            latestTime: Timestamp(microseconds: now.microseconds + FieldParser.maximumLead))
    }

    private func json(_ record: RecordScanner) throws(UnrecognisedFormat) -> Result {
        guard !options.columns.isEmpty || options.names != EventNames() || options.type != nil else {
            return Result(format: .ndjson, decoder: JSONLineDecoder(receivedAt: now), first: .row)
        }
        let first = try? JSONValue(parsing: Array(record.record))
        var hasSession = false
        if case .object(let members)? = first {
            hasSession = Columns.synonyms(of: .session).contains { members[$0] != nil }
        }
        let decoder = try found(record) { () throws(Columns.NoHeader) in
            try MemberDecoder(
                mapping: options.columns, hasSession: hasSession, rules: rules,
                sessions: SessionCutter(gap: options.sessionGap))
        }
        return Result(format: .ndjson, decoder: decoder, first: .row)
    }

    private func rows(_ format: ImportFormat, _ columns: Columns, _ first: FirstRecord) -> Result {
        let decoder = RowDecoder(columns: columns, rules: rules, sessions: SessionCutter(gap: options.sessionGap))
        return Result(format: format, decoder: decoder, first: first)
    }

    /// Whether the five fields are four numbers and, as the fourth field, a word.
    private static func isTaobao(_ record: RecordScanner) -> Bool {
        guard record.fields.count == 5 else { return false }
        return record.fields.indices.allSatisfy { index in
            let field = record.field(index)
            return index == 3
                ? field.contains { $0.digit == nil }
                : !field.isEmpty && field.allSatisfy { $0.digit != nil }
        }
    }

    private func positions(_ record: RecordScanner) throws(UnrecognisedFormat) -> Result {
        let columns = try found(record) { () throws(Columns.NoHeader) in
            try Columns(
                positionsOf: options.columns, count: record.fields.count, isTyped: options.type != nil)
        }
        return rows(.csv, columns, .row)
    }

    private func header(_ record: RecordScanner) throws(UnrecognisedFormat) -> Result {
        let names = record.fields.indices.map { String(decoding: record.field($0), as: UTF8.self) }
        let columns = try found(record) { () throws(Columns.NoHeader) in
            try Columns(header: names, mapping: options.columns, isTyped: options.type != nil)
        }
        let missing = Columns.rees46Names.filter { name in !names.contains { $0.lowercased() == name } }
        if requested == .rees46, !missing.isEmpty {
            throw UnrecognisedFormat(requested: requested, seen: record.record, missing: missing)
        }
        return rows(requested != .csv && missing.isEmpty ? .rees46 : .csv, columns, .header)
    }

    private func found<Value>(
        _ record: RecordScanner, _ find: () throws(Columns.NoHeader) -> Value
    ) throws(UnrecognisedFormat) -> Value {
        do throws(Columns.NoHeader) {
            return try find()
        } catch {
            throw UnrecognisedFormat(
                requested: requested, seen: record.record, missing: error.missing, twice: error.twice,
                separator: likelySeparator(record.record))
        }
    }

    /// The byte that the first line holds more often than the separator that was looked for, if it is one of the usual
    /// separators.
    private func likelySeparator(_ line: ArraySlice<UInt8>) -> UInt8? {
        func count(_ byte: UInt8) -> Int { line.count { $0 == byte } }
        let usual = [UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|"), UInt8(ascii: ",")]
        let best = usual.max { count($0) < count($1) }
        return best.flatMap { count($0) > count(options.separator) ? $0 : nil }
    }
}
