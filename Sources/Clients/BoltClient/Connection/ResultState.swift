import BoltWire
import EventLoops

/// A query's result on its way to the caller. Confined to its connection.
final class ResultState {
    /// How many records are asked for at once; nil for all, which lets further queries be sent behind this one.
    let fetchSize: Int?
    /// How many records the caller holds at most who wants all of them at once, and is not woken before the end; nil for one
    /// who reads them as they come.
    let collected: Int?
    var query: RequestID?
    /// Nil until RUN is answered.
    var fields: BoltFields?
    private(set) var records: [[BoltValue]] = []
    /// Whether a PULL or DISCARD is not answered.
    var isAsked = false
    /// Whether the server has more records, which nobody has asked for.
    var hasMore = false
    private(set) var end: Result<ResultSummary, BoltError>?
    /// More than one where several tasks read, which they should not; none of them waits for ever.
    private var waiters: [Once<Void, Never>] = []

    init(fetchSize: Int?, collecting collected: Int? = nil) {
        self.fetchSize = fetchSize.map { max(1, $0) }
        self.collected = collected.map { max(0, $0) }
    }

    /// Whether the next records are to be asked for: what is here lasts for less than half of a page, or all are wanted.
    var isLow: Bool { hasMore && !isAsked && (collected != nil || records.count <= (fetchSize ?? 0) / 2) }
    /// Whether there are more records than the caller wants to hold.
    var isTooLarge: Bool { collected.map { records.count > $0 } ?? false }
    var isEnded: Bool { end != nil }

    /// - Returns: Whether a reader may wait for this record.
    func append(_ record: [BoltValue]) -> Bool {
        // One too many tells that there are too many.
        if !isTooLarge { records.append(record) }
        return collected == nil && records.count == 1
    }

    func run(_ fields: [String]) {
        self.fields = BoltFields(fields)
        if collected == nil { wake() }
    }

    func finish(_ end: Result<ResultSummary, BoltError>) {
        if self.end == nil { self.end = end }
        wake()
    }

    /// Takes the records that are here; empty when a caller has to wait, or nothing comes any more.
    func take() -> [[BoltValue]] {
        defer { records = [] }
        return records
    }

    /// All records, once the result has ended.
    func all(_ summary: ResultSummary) throws(BoltError) -> BoltRecords {
        guard !isTooLarge else {
            throw BoltError(.tooManyRecords, "the result has more than \(collected ?? 0) records")
        }
        return BoltRecords(fields: fields ?? BoltFields([]), rows: take(), summary: summary)
    }

    /// What the caller waits for, who looks again then; nil when there is something already.
    ///
    /// Made before the wait, on the connection's loop: what follows may run elsewhere.
    func newWait() -> Once<Void, Never>? {
        if isEnded || collected == nil && !records.isEmpty { return nil }
        let once = Once<Void, Never>()
        waiters.append(once)
        return once
    }

    /// Whoever waits looks again.
    func wake() {
        if waiters.isEmpty { return }
        let readers = waiters
        waiters = []
        for reader in readers { reader.resume(returning: ()) }
    }
}
