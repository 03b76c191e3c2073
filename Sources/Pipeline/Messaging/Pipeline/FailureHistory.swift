/// The failures of an event so far. The message's headers hold them, so that every worker goes on counting without any
/// memory of its own.
package struct FailureHistory: Sendable, Hashable {
    /// One failed attempt.
    package struct Entry: Sendable, Hashable {
        /// Microseconds since 1970.
        package var at: Int64
        /// The store's error, cut to ``FailureHistory/maximumErrorBytes``.
        package var error: String
        /// The worker that tried.
        package var worker: String

        package init(at: Int64, error: String, worker: String) {
            self.at = at
            self.error = error.cut(toBytes: FailureHistory.maximumErrorBytes)
            self.worker = worker.cut(toBytes: FailureHistory.maximumErrorBytes)
        }
    }

    /// Of older attempts only the number is kept: the headers must fit one frame.
    package static let maximumEntries = 8
    /// The longest error text of an entry, in bytes of UTF-8.
    package static let maximumErrorBytes = 256

    /// How often the event failed since it was published or replayed.
    package private(set) var attempts: Int
    /// When the first of those failures happened, in microseconds since 1970; nil before any.
    package private(set) var firstFailedAt: Int64?
    /// The last attempts, oldest first, including those before a replay.
    package private(set) var entries: [Entry]

    /// A history without failures.
    package init() {
        attempts = 0
        entries = []
    }

    /// Reads what ``write(to:)`` wrote. Headers of other programs under these names are ignored.
    package init(_ headers: HeaderTable) {
        attempts = headers.attempts(Key.attempts) ?? 0
        firstFailedAt = headers[Key.firstFailedAt]?.number
        entries = []
        guard case .array(let values) = headers[Key.history] else { return }
        for case .table(let entry) in values.suffix(Self.maximumEntries) {
            guard let at = entry[Key.at]?.number, let error = entry[Key.error]?.text else { continue }
            entries.append(Entry(at: at, error: error, worker: entry[Key.worker]?.text ?? ""))
        }
    }

    /// Adds a failed attempt.
    package mutating func failed(at moment: Int64, error: String, worker: String) {
        attempts += 1
        firstFailedAt = firstFailedAt ?? moment
        entries.append(Entry(at: moment, error: error, worker: worker))
        if entries.count > Self.maximumEntries { entries.removeFirst(entries.count - Self.maximumEntries) }
    }

    /// Counts from zero again, as a replay does; the attempts stay readable.
    package mutating func reset() {
        attempts = 0
        firstFailedAt = nil
    }

    /// Sets the history, leaving other headers as they are.
    package func write(to headers: inout HeaderTable) {
        headers[Key.attempts] = attempts == 0 ? nil : .integer(Int64(attempts))
        headers[Key.firstFailedAt] = firstFailedAt.map { .integer($0) }
        headers[Key.history] =
            entries.isEmpty
            ? nil
            : .array(
                entries.map { entry in
                    .table([
                        Key.at: .integer(entry.at), Key.error: .string(entry.error),
                        Key.worker: .string(entry.worker),
                    ])
                })
    }

    // No `x-` prefix: RabbitMQ 4 drops those `x-` headers of clients that have a meaning of their own in the broker.
    private enum Key {
        static let attempts = "debias-attempts"
        static let firstFailedAt = "debias-first-failed-at"
        static let history = "debias-history"
        static let at = "at"
        static let error = "error"
        static let worker = "worker"
    }
}

extension HeaderTable {
    /// The number of attempts, forced into a usable range: any publisher can write any number into the header.
    func attempts(_ key: String) -> Int? {
        self[key]?.number.map { Int(min(max($0, 0), 1_000_000_000)) }
    }
}

extension String {
    /// The beginning that fits, with dots where text was cut off.
    func cut(toBytes count: Int) -> String {
        guard utf8.count > count else { return self }
        var end = utf8.index(startIndex, offsetBy: count - 3)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return self[..<end] + "..."
    }
}
