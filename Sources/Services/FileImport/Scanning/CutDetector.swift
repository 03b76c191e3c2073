import Events

/// Detects whether a last line without a line feed was cut within its last field, which then is shorter but may still
/// be valid: `15118` for `1511885130` is a moment too.
///
/// A cut can be detected where the last column is a time or a session, and has had one width in all rows before, blank
/// ones aside.
struct CutDetector {
    private let column: Int?
    private var width: Int?
    private var hasOneWidth = true

    init(columns: Columns) {
        let last = columns.count - 1
        column = last == columns.eventTime || last == columns.session ? last : nil
    }

    /// Whether the scanner's current record, which has all fields, is cut.
    mutating func isCut(_ row: RecordScanner) -> Bool {
        guard let column, hasOneWidth else { return false }
        let field = row.field(column)
        let present = field.count
        if row.isUnterminated { return width.map { present < $0 } ?? false }
        // A blank session says nothing about the width of the others.
        if FieldRules.isBlank(field) { return false }
        hasOneWidth = present == width ?? present
        width = present
        return false
    }
}
