import Synchronization

/// How many requests a client may make: so many at once, and as many again in each period. A value.
package struct RateLimit: Sendable, Hashable, CustomStringConvertible {
    /// The most requests at once, and in each period.
    package let count: Int
    /// In whole seconds.
    package let period: Duration

    /// - Returns: Nil unless `count` is 1 to a million, and `period` a second to a day.
    package init?(count: Int, period: Duration) {
        guard 1...1_000_000 ~= count, .seconds(1)...(.seconds(86_400)) ~= period else { return nil }
        self.count = count
        self.period = period
    }

    /// Reads `COUNT/s`, `COUNT/m` or `COUNT/h`.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let units: [Substring: Duration] = ["s": .seconds(1), "m": .seconds(60), "h": .seconds(3_600)]
        guard parts.count == 2, let count = Int(parts[0]), let period = units[parts[1]] else { return nil }
        self.init(count: count, period: period)
    }

    /// The form that is read.
    package var description: String {
        switch period {
        case .seconds(60): "\(count)/m"
        case .seconds(3_600): "\(count)/h"
        default: "\(count)/s"
        }
    }
}

/// Counts the requests of clients by a token bucket for each. Safe to use from any thread.
///
/// The table is bounded: a client that has made no request for a period is forgotten, as its bucket is full, and those that
/// find no place share one bucket.
final class RateLimiter: Sendable {
    private struct Bucket {
        var level: Double
        var filledAt: ContinuousClock.Instant
    }

    private struct Table {
        var buckets: [String: Bucket] = [:]
        var shared: Bucket?
        var sweptAt: ContinuousClock.Instant?
    }

    private let limit: RateLimit
    private let maximumClients: Int
    private let table = Mutex(Table())

    init(_ limit: RateLimit, maximumClients: Int = 10_000) {
        self.limit = limit
        self.maximumClients = maximumClients
    }

    /// How many clients are in the table.
    var clients: Int { table.withLock { $0.buckets.count } }

    /// Takes one request of a client.
    ///
    /// - Returns: Nil, or in how many seconds, rounded up, there is room for one if there is none now.
    func take(_ client: String, at now: ContinuousClock.Instant = .now) -> Int? {
        table.withLock { table in
            if table.buckets[client] == nil, table.buckets.count >= maximumClients { sweep(&table, at: now) }
            guard table.buckets[client] != nil || table.buckets.count < maximumClients else {
                return take(&table.shared, at: now)
            }
            return take(&table.buckets[client], at: now)
        }
    }

    private func take(_ bucket: inout Bucket?, at now: ContinuousClock.Instant) -> Int? {
        let full = Double(limit.count)
        let rate = full / seconds(limit.period)
        var level = full
        if let bucket { level = min(full, bucket.level + seconds(bucket.filledAt.duration(to: now)) * rate) }
        let isTaken = level >= 1
        bucket = Bucket(level: isTaken ? level - 1 : level, filledAt: now)
        // Not a second more for an error of the last digit.
        return isTaken ? nil : max(1, Int(((1 - level) / rate - 1e-6).rounded(.up)))
    }

    /// Forgets clients whose buckets are full again; once a second, however many clients ask for a place.
    private func sweep(_ table: inout Table, at now: ContinuousClock.Instant) {
        if let last = table.sweptAt, last.duration(to: now) < .seconds(1) { return }
        table.sweptAt = now
        table.buckets = table.buckets.filter { $0.value.filledAt.duration(to: now) < limit.period }
    }

    private func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }
}
