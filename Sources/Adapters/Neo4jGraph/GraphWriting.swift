import BoltClient
import BoltWire
import Events
import Stores

/// Writes the events of one lane in one transaction.
struct GraphWriting: Sendable {
    let reading: GraphReading
    let shape: GraphShape

    func apply(_ events: [Event]) async throws(StoreError) -> AppliedBatch {
        var applied = AppliedBatch()
        // Users are in one lane only, so that writers meet at products alone, which all of them lock in this order.
        var rest = Self.sorted(events)
        do throws(BoltError) {
            applied.inserted = try await write(rest)
        } catch {
            guard error.failure?.code == Self.constraintFailed else { throw StoreError(error) }
            // An id that another pair of user and product has: nothing was written. The others are.
            let taken = try await stored(rest)
            rest = rest.filter { event in
                guard let other = taken[event.id]?.event, !other.connectsSame(as: event) else { return true }
                applied.add(event, found: taken[event.id])
                return false
            }
            if rest.isEmpty { return applied }
            applied.inserted = try await rewrite(rest, after: rest.count < events.count ? nil : error)
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

    /// Writes again what broke a constraint that no stored event explains: writers met, which ArcadeDB tells in this way,
    /// or it is a constraint of the shop's own, which an event will break every time.
    private func rewrite(_ events: [Event], after first: BoltError?) async throws(StoreError) -> Int {
        var failure = first
        for attempt in 0..<Self.attempts {
            // Of several events, the worker looks for the one to blame: here it costs nobody a wait.
            if events.count > 1, failure != nil { break }
            if attempt > 0 {
                do { try await Task.sleep(for: .milliseconds(.random(in: 5...50))) } catch { break }
            }
            do throws(BoltError) {
                return try await write(events)
            } catch {
                guard error.failure?.code == Self.constraintFailed else { throw StoreError(error) }
                failure = error
            }
        }
        throw StoreError(events.count > 1 ? .transient : .rejected, failure?.message ?? "the graph was closed")
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
        let query = WriteStatement(shape: shape, events: events).query
        // Not in a transaction of the server's own making: ArcadeDB 26.10 keeps a part of what fails in one.
        return try await reading.driver.transaction(
            query, TransactionOptions(database: reading.database), isIdempotent: true
        ).counters?.relationshipsCreated ?? 0
    }

    private func stored(_ events: [Event]) async throws(StoreError) -> [EventID: StoredEvent] {
        do throws(BoltError) {
            return try await reading.stored(events.map(\.id), in: shape)
        } catch {
            throw StoreError(error)
        }
    }
}

extension Event {
    fileprivate func connectsSame(as other: Event) -> Bool {
        (userID, productID) == (other.userID, other.productID)
    }
}
