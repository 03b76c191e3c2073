import BoltClient
import BoltWire
import Events
import Stores

/// Writes the events of one lane in one transaction.
struct GraphWriting: Sendable {
    let reading: GraphReading
    let form: GraphForm

    /// - Parameter looksFirst: Whether events that the graph has are left out before the first try rather than after it.
    func apply(_ events: [Event], looksFirst: Bool) async throws(StoreError) -> AppliedBatch {
        var applied = AppliedBatch()
        // Users are in one lane only, so that writers meet at products alone, which all of them lock in this order.
        var rest = Self.sorted(events)
        // The ledger's statement finds by itself what is there.
        if looksFirst, form.shape == .uniqueRelationships { try await leaveOut(&rest, &applied) }
        var refusals = 0
        while !rest.isEmpty {
            do throws(BoltError) {
                applied.inserted = try await write(rest)
                break
            } catch {
                guard error.failure?.code == Self.constraintFailed else { throw StoreError(error) }
                // As a rule, an event that the graph has, perhaps with another user and product: nothing was written, and
                // the others are now.
                if try await leaveOut(&rest, &applied) > 0 { continue }
                // No stored event explains it: writers met, which ArcadeDB tells in this way, or it is a constraint of the
                // shop's own, which an event will break every time. Of several events, the worker looks for the one to
                // blame: here it costs nobody a wait.
                refusals += 1
                guard rest.count == 1, refusals < Self.attempts else {
                    throw StoreError(rest.count > 1 ? .transient : .rejected, error.message)
                }
            }
            do { try await Task.sleep(for: .milliseconds(.random(in: 5...50))) } catch {
                throw StoreError(.transient, "writing was cancelled")
            }
        }
        guard applied.inserted < rest.count else { return applied }
        // Which of them are new, the server does not tell; those are equal to what is stored, like repeats.
        let now = try await stored(rest)
        let conflicts = rest.compactMap { event in now[event.id]?.conflict(with: event) }
        applied.conflicts += conflicts
        // An event that was written and is not there is one of an erased user.
        let unchanged = rest.count - applied.inserted - conflicts.count
        let erased = min(unchanged, rest.count { now[$0.id] == nil })
        applied.erased += erased
        applied.alreadyPresent += unchanged - erased
        return applied
    }

    /// Takes the events that the graph has out of `events`, and counts them.
    ///
    /// - Returns: How many they are.
    @discardableResult
    private func leaveOut(_ events: inout [Event], _ applied: inout AppliedBatch) async throws(StoreError) -> Int {
        let found = try await stored(events)
        if found.isEmpty { return 0 }
        let count = events.count
        for event in events where found[event.id] != nil { applied.add(event, found: found[event.id]) }
        events.removeAll { found[$0.id] != nil }
        return count - events.count
    }

    /// How often an event that is alone is written before the server's word is taken for it.
    private static let attempts = 5

    /// Moves each event once: events are large.
    private static func sorted(_ events: [Event]) -> [Event] {
        func key(_ place: Int) -> (Int64, Int64, EventID) {
            (events[place].productID, events[place].userID, events[place].id)
        }
        return events.indices.sorted { key($0) < key($1) }.map { events[$0] }
    }

    private static let constraintFailed = "Neo.ClientError.Schema.ConstraintValidationFailed"

    /// - Returns: How many relationships were created.
    private func write(_ events: [Event]) async throws(BoltError) -> Int {
        let query = WriteStatement(shape: form.shape, events: events, keepsPlan: form.keepsPlans).query
        // Not in a transaction of the server's own making: ArcadeDB 26.10 keeps a part of what fails in one.
        return try await reading.driver.transaction(
            query, TransactionOptions(database: reading.database), isIdempotent: true
        ).counters?.relationshipsCreated ?? 0
    }

    private func stored(_ events: [Event]) async throws(StoreError) -> [EventID: StoredEvent] {
        do throws(BoltError) {
            return try await reading.stored(events.map(\.id), in: form.shape)
        } catch {
            throw StoreError(error)
        }
    }
}
