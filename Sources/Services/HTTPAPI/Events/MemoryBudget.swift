import Synchronization

/// The memory that all requests together may use for what they inflate and decode. Safe to use from any thread.
final class MemoryBudget: Sendable {
    private let limit: Int
    private let used = Atomic(0)

    /// - Parameter limit: In bytes.
    init(_ limit: Int) {
        self.limit = limit
    }

    /// How many bytes are taken.
    var usedBytes: Int { used.load(ordering: .relaxed) }

    /// Takes so many bytes, or none.
    func take(_ count: Int) -> Bool {
        var before = used.load(ordering: .relaxed)
        while count <= limit - before {
            let (exchanged, original) = used.weakCompareExchange(
                expected: before, desired: before + count, ordering: .relaxed)
            if exchanged { return true }
            before = original
        }
        return false
    }

    /// Gives bytes back.
    func give(_ count: Int) {
        used.wrappingSubtract(count, ordering: .relaxed)
    }
}

/// What one request has taken of a budget. Whoever made it ends it.
struct MemoryLease {
    private let budget: MemoryBudget
    /// How many bytes are taken.
    private(set) var bytes = 0

    init(_ budget: MemoryBudget) {
        self.budget = budget
    }

    /// Takes more bytes.
    mutating func grow(by count: Int) throws(Problem) {
        guard budget.take(count) else {
            throw .unavailable(
                "The server has no memory for this request now: those under way have it (serve --memory-budget). "
                    + "Send the request again, or smaller ones.")
        }
        bytes += count
    }

    /// Leaves the bytes to another owner, who gives them back.
    fileprivate mutating func giveAway() -> Int {
        defer { bytes = 0 }
        return bytes
    }

    /// Gives all back.
    mutating func end() {
        if bytes > 0 { budget.give(bytes) }
        bytes = 0
    }
}

/// A lease that ends with its last reference, for what is sent after its request was handled.
final class SharedMemoryLease: Sendable {
    private let budget: MemoryBudget
    private let bytes: Int

    /// Takes over the bytes of a lease.
    init(_ budget: MemoryBudget, takingOver lease: inout MemoryLease) {
        self.budget = budget
        bytes = lease.giveAway()
    }

    deinit { budget.give(bytes) }
}
