import BoltWire
import Bytes
import EventLoops

/// A query's result on its way to the caller. Confined to its connection.
final class ResultState {
    /// How many records are asked for at once; nil for all, which lets further queries be sent behind this one.
    let fetchSize: Int?
    var query: RequestID?
    /// Nil until RUN is answered.
    var fields: BoltFields?
    private(set) var records = FIFO<[BoltValue]>()
    /// Whether a PULL or DISCARD is not answered.
    var isAsked = false
    /// Whether the server has more records, which nobody has asked for.
    var hasMore = false
    private(set) var end: Result<ResultSummary, BoltError>?
    /// More than one where several tasks read, which they should not; none of them waits for ever.
    private var waiters: [Once<Void, Never>] = []
    /// How many records are kept for a caller who has not come for them, for whom that many are too many already.
    private let mostKept: Int

    init(fetchSize: Int?, mostKept: Int = .max) {
        self.fetchSize = fetchSize.map { max(1, $0) }
        self.mostKept = mostKept
    }

    /// Whether the next records are to be asked for: what is here lasts for less than half of a page.
    var isLow: Bool { hasMore && !isAsked && records.count <= (fetchSize ?? 0) / 2 }
    var isEnded: Bool { end != nil }

    func append(_ record: [BoltValue]) {
        if records.count < mostKept { records.append(record) }
    }

    func finish(_ end: Result<ResultSummary, BoltError>) {
        if self.end == nil { self.end = end }
        wake()
    }

    /// Takes the records that are here; empty when a caller has to wait, or nothing comes any more.
    func take() -> [[BoltValue]] { records.drain() }

    func drop() { _ = records.drain() }

    /// What the caller waits for, who looks again then; nil when there is something already.
    ///
    /// Made before the wait, on the connection's loop: what follows may run elsewhere.
    func newWait() -> Once<Void, Never>? {
        if isEnded || !records.isEmpty { return nil }
        let once = Once<Void, Never>()
        waiters.append(once)
        return once
    }

    /// Whoever waits looks again.
    func wake() {
        let readers = waiters
        waiters = []
        for reader in readers { reader.resume(returning: ()) }
    }
}
