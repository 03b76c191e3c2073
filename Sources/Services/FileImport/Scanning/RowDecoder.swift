import Events

/// Makes events from the records of one CSV file, in their order.
struct RowDecoder: RecordDecoding {
    private let fieldCount: Int
    private var mapper: RowMapper
    private var cutDetector: CutDetector

    init(columns: Columns, rules: RowMapper.Rules, sessions: SessionCutter) {
        fieldCount = columns.count
        mapper = RowMapper(columns: columns, rules: rules, sessions: sessions)
        cutDetector = CutDetector(columns: columns)
    }

    /// The event of the scanner's current record.
    mutating func event(of row: RecordScanner) throws(Rejection) -> Event {
        guard row.fields.count == fieldCount else {
            if row.isUnterminated, row.fields.count < fieldCount { throw Self.cutLine }
            throw Rejection(.wrongFieldCount, "\(row.fields.count) fields instead of \(fieldCount)")
        }
        if cutDetector.isCut(row) { throw Self.cutLine }
        guard row.isASCII || String(validating: row.record, as: UTF8.self) != nil else {
            throw Rejection(.invalidEncoding, "not UTF-8")
        }
        return try mapper.event(of: row)
    }

    private static let cutLine = Rejection(.cutLine, "the file ends in the middle of its last line")
}
