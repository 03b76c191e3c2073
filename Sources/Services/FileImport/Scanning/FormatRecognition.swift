import Events

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

    var requested: ImportFormat
    var sessionGap: Duration
    var now: Timestamp

    /// The style of the scan, as recognised by the first byte that is not blank.
    func style(firstByte: UInt8) -> RecordScanner.Style {
        switch requested {
        case .ndjson: .lines
        case .auto: firstByte == UInt8(ascii: "{") || firstByte == UInt8(ascii: "[") ? .lines : .commaSeparated
        case .rees46, .taobao, .csv: .commaSeparated
        }
    }

    /// Recognises the format by the first record.
    func recognise(_ record: RecordScanner) throws(UnrecognisedFormat) -> Result {
        switch requested {
        case .ndjson: return json
        case .taobao: return rows(.taobao, .taobao, .row)
        case .rees46, .csv: return try header(record)
        case .auto: break
        }
        if record.record.trimmed.first == UInt8(ascii: "{") { return json }
        if Self.isTaobao(record) { return rows(.taobao, .taobao, .row) }
        return try header(record)
    }

    private var json: Result {
        Result(format: .ndjson, decoder: JSONLineDecoder(receivedAt: now), first: .row)
    }

    private func rows(_ format: ImportFormat, _ columns: Columns, _ first: FirstRecord) -> Result {
        let latest = Timestamp(microseconds: now.microseconds + FieldParser.maximumLead)
        let sessions = SessionCutter(gap: sessionGap)
        let mapper = RowMapper(columns: columns, sessions: sessions, latestTime: latest)
        return Result(format: format, decoder: mapper, first: first)
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

    private func header(_ record: RecordScanner) throws(UnrecognisedFormat) -> Result {
        let names = record.fields.indices.map { String(decoding: record.field($0), as: UTF8.self) }
        let columns: Columns
        do throws(Columns.NoHeader) {
            columns = try Columns(header: names)
        } catch {
            throw UnrecognisedFormat(
                requested: requested, seen: record.record, missing: error.missing, twice: error.twice)
        }
        let missing = Columns.rees46Names.filter { name in !names.contains { $0.lowercased() == name } }
        if requested == .rees46, !missing.isEmpty {
            throw UnrecognisedFormat(requested: requested, seen: record.record, missing: missing)
        }
        return rows(requested != .csv && missing.isEmpty ? .rees46 : .csv, columns, .header)
    }
}
