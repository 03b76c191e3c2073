import Dispatch
import EventLoops
package import Platform
import Synchronization

/// Keeps the lines of a ledger, in memory or in a file. Safe to use from any task.
///
/// What many tasks write while the file takes what came before is one write: the file holds a line before its writer goes
/// on, so that it survives the end of this process.
package final class LedgerWriter: Sendable {
    private struct State {
        /// Lines that wait for the file, and the tasks that wait with them.
        var inbox = BatchInbox<[UInt8]>()
        var waiters: [CheckedContinuation<SystemError?, Never>] = []
        /// What is kept in memory, in pieces: one large array would be copied as it grows.
        var pieces: [[UInt8]] = []
        var failure: SystemError?
    }

    private static let pieceSize = 1 << 20

    private let path: String?
    private let queue = DispatchQueue(label: "ledger", qos: .userInitiated)
    private let state = Mutex(State())

    /// A ledger in memory.
    package init() {
        path = nil
    }

    /// A ledger in a new file.
    ///
    /// - Throws: If the file cannot be created.
    package init(newFile path: String) throws(SystemError) {
        try FileSystem.append([], to: path)
        self.path = path
    }

    /// Keeps lines, and returns when they are kept.
    ///
    /// - Throws: Why the file cannot be written, also for lines of before.
    package nonisolated(nonsending) func write(_ lines: [UInt8]) async throws(SystemError) {
        guard path != nil else { return remember(lines) }
        let failure = await withCheckedContinuation { continuation in
            let schedules = state.withLock { state in
                state.waiters.append(continuation)
                return state.inbox.append(lines)
            }
            if schedules { queue.async { self.turn() } }
        }
        if let failure { throw failure }
    }

    /// Keeps lines soon. Whoever calls this for each ``write(_:)`` once bounds what waits.
    package func writeSoon(_ lines: [UInt8]) {
        guard path != nil else { return remember(lines) }
        if state.withLock({ $0.inbox.append(lines) }) { queue.async { self.turn() } }
    }

    /// What was kept in memory, in pieces of whole lines; of a file, nothing.
    package var pieces: [[UInt8]] { state.withLock { $0.pieces } }

    private func remember(_ lines: [UInt8]) {
        state.withLock { state in
            if let last = state.pieces.indices.last, state.pieces[last].count < Self.pieceSize {
                state.pieces[last] += lines
            } else {
                state.pieces.append([])
                state.pieces[state.pieces.count - 1].reserveCapacity(Self.pieceSize + 65_536)
                state.pieces[state.pieces.count - 1] += lines
            }
        }
    }

    /// Writes what waits; on the queue.
    private func turn() {
        let (lines, waiters, failed) = state.withLock { state in
            defer { state.waiters = [] }
            return (state.inbox.take(), state.waiters, state.failure)
        }
        var failure = failed
        if failure == nil, let path {
            do throws(SystemError) {
                try FileSystem.append(Array(lines.joined()), to: path)
            } catch {
                // What was written of a line stays without its end, and behind it nothing may follow.
                failure = error
            }
        }
        let goesOn = state.withLock { state in
            state.failure = failure
            return state.inbox.endTurn()
        }
        for waiter in waiters { waiter.resume(returning: failure) }
        if goesOn { queue.async { self.turn() } }
    }
}
