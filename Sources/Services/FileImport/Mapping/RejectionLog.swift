/// Counts rejected records by reason, and keeps the first ones to be shown.
struct RejectionLog {
    /// The most names of unknown event types that are counted separately; a file may have a different name in every
    /// line.
    private static let maximumNames = 16
    private static let maximumNameBytes = 32

    private var toBeShown: Int
    private var names: Set<String> = []

    /// A log that keeps the first `shown` records for display.
    init(shown: Int) {
        toBeShown = shown
    }

    /// Notes that the scanner's current record is rejected.
    mutating func add(_ rejection: Rejection, of record: RecordScanner, to batch: inout ImportBatch) {
        let reason = bounded(rejection.reason)
        batch.rejectedByReason[reason, default: 0] += 1
        guard toBeShown > 0 else { return }
        toBeShown -= 1
        batch.shown.append(
            RejectedRecord(
                line: record.line, reason: reason, message: rejection.message, excerpt: record.record.excerpt()))
    }

    /// The reason to count under.
    private mutating func bounded(_ reason: RejectionReason) -> RejectionReason {
        guard case .unknownEventType(let name) = reason, !names.contains(name) else { return reason }
        let short = Array(name.utf8)[...].excerpt(maximumBytes: Self.maximumNameBytes)
        guard names.contains(short) || names.count < Self.maximumNames else { return .unknownEventType("other types") }
        names.insert(short)
        return .unknownEventType(short)
    }
}
