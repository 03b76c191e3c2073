package import Stores

/// Keeps learned vectors up to date: those of all products at first and once a day, for what other processes have changed,
/// and in between those of the products whose sessions have changed.
///
/// A value for one task, which runs it until it is cancelled. A round that fails is made up for by one over all products.
package struct ProductLearner: Sendable {
    /// What it reports.
    package enum Report: Sendable, Hashable {
        /// All products were gone through.
        case learnedAll(products: Int, changed: Int, time: Duration)
        /// Products whose sessions had changed were gone through.
        case learned(products: Int, changed: Int)
        /// A store failed; the next round begins anew.
        case failed(StoreError)
    }

    private static let timeBetweenAll = Duration.seconds(86_400)

    private let learning: ProductLearning
    private let changes: ChangedSessions
    private let interval: Duration
    private let report: @Sendable (Report) -> Void
    /// When all products were last gone through; nil if they have to be.
    private var learnedAll: ContinuousClock.Instant?

    /// - Parameters:
    ///   - changes: Receives the sessions of what is stored.
    ///   - interval: The time between two rounds.
    package init(
        _ learning: ProductLearning, changes: ChangedSessions, interval: Duration,
        report: @escaping @Sendable (Report) -> Void
    ) {
        self.learning = learning
        self.changes = changes
        self.interval = interval
        self.report = report
    }

    /// Learns until the task is cancelled.
    package mutating func run() async {
        while true {
            do { try await Task.sleep(for: interval) } catch { return }
            do throws(StoreError) {
                // Four fifths of the time are left to what else the stores have to do.
                try await round(at: .now) { time in (try? await Task.sleep(for: time * 4)) != nil }
            } catch {
                report(.failed(error))
            }
        }
    }

    /// One round.
    ///
    /// - Parameter rest: Waits after each batch, which took the given time; false ends the round.
    mutating func round(
        at now: ContinuousClock.Instant, rest: (Duration) async -> Bool
    ) async throws(StoreError) {
        let sessions = changes.take()
        let start = ContinuousClock.now
        if let sessions, let learnedAll, now - learnedAll < Self.timeBetweenAll {
            guard !sessions.isEmpty else { return }
            // Taken, they are known to nobody but this round.
            self.learnedAll = nil
            let products = try await learning.products(touchedIn: sessions)
            guard let changed = try await learning.learn(all: products, rest: rest) else { return }
            self.learnedAll = learnedAll
            report(.learned(products: products.count, changed: changed))
        } else {
            learnedAll = nil
            let products = try await learning.allProducts()
            guard let changed = try await learning.learn(all: products, rest: rest) else { return }
            learnedAll = now
            report(.learnedAll(products: products.count, changed: changed, time: .now - start))
        }
    }
}
