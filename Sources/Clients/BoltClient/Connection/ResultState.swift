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
    private var waiter: Once<Void, Never>?

    init(fetchSize: Int?) {
        self.fetchSize = fetchSize.map { max(1, $0) }
    }

    /// Whether the next records are to be asked for: what is here lasts for less than half of a page.
    var isLow: Bool { hasMore && !isAsked && records.count <= (fetchSize ?? 0) / 2 }
    var isEnded: Bool { end != nil }

    func append(_ record: [BoltValue]) {
        records.append(record)
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
        waiter = once
        return once
    }

    /// Whoever waits looks again.
    func wake() {
        waiter?.resume(returning: ())
        waiter = nil
    }
}
