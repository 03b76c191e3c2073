import Events
import Stores

/// Erases a user of a store of either kind, and checks what becomes of events from before and after.
///
/// - Returns: The events that the store has in the end.
func expectErasure(
    _ samples: inout Samples, apply: ([Event]) async throws -> AppliedBatch,
    erase: (Int64, Timestamp) async throws -> Int
) async throws -> [Event] {
    // Without a time of receipt, the event's own counts.
    let old = samples.event(user: 9, product: 1)
    var rival = old
    rival.type = .purchase
    var waiting = samples.event(user: 9, product: 2, seconds: 200)
    waiting.receivedAt = Samples.later
    var late = samples.event(user: 9, product: 3)
    late.receivedAt = Timestamp(microseconds: Samples.later.microseconds + 1)
    let fresh = samples.event(user: 9, product: 1, seconds: 200)
    let bystander = samples.event(user: 1, product: 1)
    // Another user's event with the id of an erased one: once that is gone, nothing is in its way.
    var heir = old
    heir.userID = 2
    _ = try await apply([old])
    try expect(try await erase(9, Samples.later), 1, "interactions removed")
    for _ in 0..<2 {
        try expect(try await apply([old, waiting, rival]), AppliedBatch(erased: 3), "events from before")
    }
    try expect(
        try await apply([old, bystander, late, waiting, fresh]), AppliedBatch(inserted: 3, erased: 2), "all together")
    try expect(
        try await apply([late, bystander, old]), AppliedBatch(alreadyPresent: 2, erased: 1), "all together again")
    try expect(try await apply([old, heir]), AppliedBatch(inserted: 1, erased: 1), "events with one id")
    return [late, fresh, bystander, heir]
}
