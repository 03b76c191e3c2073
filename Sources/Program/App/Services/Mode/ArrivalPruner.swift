import Events
import Observability
import Stores

/// Removes what the ledger of arrivals has kept for long enough, once a minute. A service that never fails.
struct ArrivalPruner: Service {
    private static let batch = 10_000
    private static let interval = Duration.seconds(60)

    let arrivals: ArrivalsFile
    /// How long records are kept.
    let kept: Duration
    let now: @Sendable () -> Timestamp
    let log: Log

    /// Prunes until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do throws(StoreError) {
                let count = try await prune()
                if count > 0 { log(.info, "old arrivals are forgotten", ["count": "\(count)"]) }
            } catch {
                log(.warning, "old arrivals could not be removed from the ledger", ["error": "\(error)"])
            }
            do { try await Task.sleep(for: Self.interval) } catch { return }
        }
    }

    /// Removes what is too old, in several transactions.
    ///
    /// - Returns: How many records were removed.
    func prune() async throws(StoreError) -> Int {
        let moment = Timestamp(microseconds: now().microseconds - Int64(kept / .microseconds(1)))
        var total = 0
        while !Task.isCancelled {
            let count = try await arrivals.prune(before: moment, limit: Self.batch)
            total += count
            if count < Self.batch { break }
        }
        return total
    }
}
