import Messaging
import SQLite
import Synchronization

extension QueueEngine {
    /// Makes sure that the session's row is stored, by which other processes judge its claims. If another process took
    /// this process for dead, or the outcome of the last commit is unknown, everything that was held has gone back to
    /// the queues: consumers start again, in a new epoch.
    func renewSession(_ state: inout State, _ transaction: QueueTransaction, isDoubtful: Bool) throws {
        guard let session = state.session else { return }
        if !isDoubtful, try transaction.hasSession(session) { return }
        try transaction.release(session)
        core.withLock { $0.sessionLock.take() }?.release()
        state.session = nil
        state.epoch += 1
        for id in state.consumers.keys {
            state.consumers[id]?.holdings = Holdings()
            state.consumers[id]?.isCounted = false
        }
        if !state.consumers.isEmpty { try beginSession(&state, transaction) }
    }

    /// Stores the missing rows of this broker's session and of its consumers.
    func beginSession(_ state: inout State, _ transaction: QueueTransaction) throws {
        let lock = try core.withLock { $0.sessionLock } ?? SessionLock(directory: sessionDirectory)
        core.withLock { $0.sessionLock = lock }
        if state.session == nil {
            try transaction.addSession(lock.id)
            state.session = lock.id
        }
        for (id, consumer) in state.consumers where !consumer.isCounted && consumer.phase == .active {
            try transaction.addConsumer(id, session: lock.id, of: consumer.queue)
            state.consumers[id]?.isCounted = true
        }
    }

    /// Stores the end of consumers that close.
    func closeConsumers(_ state: inout State, _ transaction: QueueTransaction) throws(SQLiteError) {
        for (id, consumer) in state.consumers where consumer.phase != .active {
            if consumer.isCounted {
                try transaction.removeConsumer(id)
                state.consumers[id]?.isCounted = false
            }
            guard consumer.phase == .closing else { continue }
            state.consumers[id] = nil
            var holdings = consumer.holdings
            let (messages, claims) = holdings.remove(holdings.messages.keys)
            for claim in claims { try transaction.deleteClaim(claim, in: consumer.queue) }
            if !messages.isEmpty { try transaction.requeue(messages, in: consumer.queue) }
        }
    }

    /// Checks the other processes: gives back what dead processes held, and finds again when messages expire.
    func survey(_ state: inout State, _ transaction: QueueTransaction) throws(SQLiteError) {
        state.otherSessions = []
        for session in try transaction.otherSessions(than: state.session) {
            if SessionLock.isAlive(session, sessionDirectory) {
                state.otherSessions.append(session)
            } else {
                try transaction.release(session)
                // If the commit fails, the session still counts as dead.
                SessionLock.removeFile(of: session, sessionDirectory)
            }
        }
        for index in transaction.catalog.indices {
            try transaction.load(index)
            transaction.headMoved(index)
        }
    }
}
