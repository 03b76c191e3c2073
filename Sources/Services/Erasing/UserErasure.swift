package import DeadLetters
package import Events
import Messaging
import Recommending
package import Stores

/// Removes all that the pipeline holds about a user: interactions, vectors and profile, dead letters and archived ones.
///
/// Both stores keep the time of the call as a tombstone, so that what was received until then and still waits (in queues,
/// delays, the spool, files of letters) does not come back; what the user does later is taken. Safe to use from any task.
package struct UserErasure: Sendable {
    private let graph: any GraphStore
    private let profiles: any ProfileStore
    private let letters: DeadLetterQueue
    private let archive: DeadLetterArchive
    private let now: @Sendable () -> Timestamp

    /// - Parameter now: The wall clock, by which producers' messages have their times too.
    package init(
        graph: any GraphStore, profiles: any ProfileStore, letters: DeadLetterQueue, archive: DeadLetterArchive,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.graph = graph
        self.profiles = profiles
        self.letters = letters
        self.archive = archive
        self.now = now
    }

    /// Erases a user, of whom nothing need be there. Each call erases anew, with its own time: a call after an
    /// interrupted one does the rest.
    ///
    /// A part that fails keeps none of the others from being done; the report says which have to be repeated.
    package func erase(userID: Int64) async -> ErasureReport {
        let time = now()
        var report = ErasureReport(userID: userID, receivedUntil: time)
        let learning = ProductLearning(from: graph, into: profiles)
        // Both at once: the tombstone of one store does not wait for the other's removals.
        async let interactions = result { [graph] in
            // Of these, something was learned from the user's sessions, while they are there.
            let products = try await learning.products(touchedBy: userID, in: graph)
            return (try await graph.erase(userID: userID, receivedUntil: time), products)
        }
        async let vectors = result { [profiles] in
            let profile = try await profiles.profile(of: userID)
            return (try await profiles.erase(userID: userID, receivedUntil: time), profile == nil ? 0 : 1)
        }
        var products: Set<Int64> = []
        report.note(.graph, await interactions) { ($0.interactions, products) = $1 }
        report.note(.profiles, await vectors) { ($0.vectors, $0.profiles) = $1 }
        report.note(.profiles, await result { [products] in _ = try await learning.learn(all: products) }) { _, _ in }
        // The queue comes before the archive, into which letters move from the queue.
        report.note(.deadLetters, await result { [letters] in try await letters.erase(userID: userID) }) {
            $0.deadLetters = $1.removed
            $0.lettersOfUnknownUsers += $1.unattributable
        }
        report.note(.archive, await result { [archive] in try await archive.erase(userID: userID) }) {
            $0.archivedLetters = $1.removed
            $0.lettersOfUnknownUsers += $1.unattributable
        }
        return report
    }

    private func result<Value: Sendable>(
        _ body: @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
