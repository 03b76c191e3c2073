import Dispatch
import Messaging
import Platform
import SQLite
import Synchronization

/// Runs the queues of one data folder for one broker: takes the work that waits in the inbox, does it in one write
/// transaction, and answers when that is committed. Publications, settlements and the deliveries that follow from both
/// share transactions; work that arrives during a commit waits for the next transaction.
///
/// Publishers and consumers hand work over through the inbox, without a task or an actor in between; turns run one
/// after the other on the database's own dispatch queue, so that nothing that blocks ever runs on the cooperative pool.
/// State changes in turns only; its mutex is held briefly, never while the database works.
final class QueueEngine: Sendable {
    let database: Database
    let inbox: EngineInbox
    let configuration: EmbeddedBrokerConfiguration
    let sessionDirectory: String
    let core = Mutex(Core())
    let timerQueue = DispatchQueue(label: "queue.timer")

    /// What the engine keeps from turn to turn.
    struct Core: Sendable {
        /// The state as of the last commit; a transaction works on a copy, which is dropped if the transaction fails.
        var state = State()
        /// The work of the current transaction.
        var turn: EngineTurn?
        /// Kept even if storing the session's row fails.
        var sessionLock: SessionLock?
        /// Whether everything that is held must be given back first, because the outcome of the last commit is unknown.
        var isSessionDoubtful = false
        /// Whether the next batch is taken without publications, because the last batch's did not fit on the disk.
        var skipsPublications = false
        var schedule = Schedule()
        /// When it was last tried to make the file smaller.
        var compactedAt: ContinuousClock.Instant?
    }

    /// Thrown by a turn that changed nothing, to skip the commit.
    private struct Unchanged: Error {}

    init(database: Database, configuration: EmbeddedBrokerConfiguration, sessionDirectory: String) {
        self.database = database
        self.configuration = configuration
        self.sessionDirectory = sessionDirectory
        inbox = EngineInbox(maximumPendingBytes: configuration.maximumPendingBytes)
    }

    /// Ends the broker: completes accepted work, ends waits as closed, and gives back what is held.
    func close() async {
        guard inbox.close() else { return }
        // If the disk fails, other processes find the session dead, and give back what it holds.
        try? await operate(isLast: true) { state, transaction in
            if let session = state.session { try transaction.release(session) }
            state.session = nil
            state.consumers = [:]
            state.isClosing = true
        }
        while !inbox.isEmpty { try? await operate(isLast: true) { _, _ in } }
        try? await database.close()
        let (lock, endings) = core.withLock { core in
            core.state.isClosing = true
            return (core.sessionLock.take(), core.state.takeEndings())
        }
        for (wait, answer) in endings { wait.continuation.resume(returning: answer) }
        lock?.release()
    }

    // MARK: Handing over

    nonisolated(nonsending) func publish(_ publications: [PreparedPublication]) async -> [PublishOutcome] {
        await withCheckedContinuation { continuation in
            let request = PublishRequest(publications: publications, continuation: continuation)
            let admission = inbox.append(request)
            switch admission {
            case .accepted: break
            case .acceptedFirst: submit()
            case .closed, .full:
                let error: MessagingError = admission == .closed ? .brokerClosed : .tooMuchPending
                continuation.resume(returning: publications.map { _ in .failed(error) })
            }
        }
    }

    /// Runs `body` within a write transaction and returns when that is committed. `body` may throw a `MessagingError`
    /// only before it has changed anything.
    func operate(
        isLast: Bool = false, _ body: @escaping @Sendable (inout State, QueueTransaction) throws -> Void
    ) async throws(MessagingError) {
        let failure: MessagingError? = await withCheckedContinuation { continuation in
            let operation = Operation(run: body) { error in continuation.resume(returning: error) }
            if !post(.operation(operation), isLast: isLast) { continuation.resume(returning: .brokerClosed) }
        }
        if let failure { throw failure }
    }

    /// - Returns: whether the command will be answered; if not, the broker was closed.
    func post(_ command: Command, isLast: Bool = false) -> Bool {
        switch inbox.append(command, isLast: isLast) {
        case .accepted: return true
        case .acceptedFirst:
            submit()
            return true
        case .closed, .full: return false
        }
    }

    /// Schedules a turn even if nobody waits for it.
    func requestTurn() {
        if inbox.requestTurn() == .acceptedFirst { submit() }
    }

    private func submit() {
        database.submit { connection in
            try self.perform(connection)
        } completion: { error in
            self.complete(error)
        }
    }

    // MARK: A turn

    private func perform(_ connection: Connection) throws {
        configuration.reserve?.refresh()
        let core = core.withLock { core in
            defer { core.skipsPublications = false }
            return core
        }
        var turn = EngineTurn(batch: inbox.take(publications: !core.skipsPublications), state: core.state)
        // Stored so that everybody is answered if the transaction fails half-way.
        store(turn)
        let changes = connection.totalChanges
        let transaction = try QueueTransaction(connection, known: core.state.catalog, now: configuration.now())
        turn.dataVersion = try connection.dataVersion()
        turn.isSurvey = core.schedule.isSurveyDue(dataVersion: turn.dataVersion)
        try run(&turn, transaction, isSessionDoubtful: core.isSessionDoubtful)
        store(turn)
        if connection.totalChanges == changes { throw Unchanged() }
    }

    private func store(_ turn: EngineTurn) {
        core.withLock { $0.turn = turn }
    }

    private func complete(_ error: (any Error)?) {
        // Without a stored turn, the transaction did not even begin.
        let turn = core.withLock { $0.turn.take() } ?? EngineTurn(batch: inbox.take(), state: State())
        if let error, !(error is Unchanged) {
            fail(turn, error)
        } else {
            core.withLock { core in
                core.state = turn.state
                core.isSessionDoubtful = false
                core.schedule.turnEnded(turn, idleInterval: configuration.idlePollInterval)
            }
            // Queues that are empty again may hold the room that the disk lacks.
            if configuration.reserve?.isWhole == false { compact() }
            turn.answer(publishersOn: configuration.publishingExecutor)
        }
        if inbox.hasMore() {
            submit()
        } else if isWorkDue {
            requestTurn()
        }
        setTimer()
    }

    /// Makes the file smaller if it is almost empty, at most once a second.
    private func compact() {
        let isDue = core.withLock { core in
            guard core.compactedAt.map({ ContinuousClock.now - $0 >= .seconds(1) }) ?? true else { return false }
            core.compactedAt = .now
            return true
        }
        guard isDue else { return }
        // Without success, it is tried again.
        Task { [database] in _ = try? await database.compact(gain: 1 << 20, rest: 2 << 20) }
    }

    /// Answers everybody whose work was undone.
    private func fail(_ turn: EngineTurn, _ error: any Error) {
        let failure = MessagingError(error)
        let isOutcomeUnknown = (error as? SQLiteError)?.isOutcomeUnknown == true
        turn.failPublications(isOutcomeUnknown ? .unknown(failure) : .failed(failure))
        if failure.code == .blocked, !turn.batch.publishes.isEmpty {
            // The publications have no room; settling may make some.
            core.withLock { $0.skipsPublications = true }
            inbox.putBack(turn.batch.commands)
            return
        }
        if failure.code == .blocked, configuration.reserve?.release() == true {
            inbox.putBack(turn.batch.commands)
            return
        }
        let endings = core.withLock { core in
            if isOutcomeUnknown { core.isSessionDoubtful = true }
            core.schedule.retry = .now + .milliseconds(500)
            core.state.waits += turn.batch.waits
            for end in turn.batch.ends { core.state.end(end.consumer, end.phase) }
            // Without room, consumers go on waiting.
            return core.state.takeEndings(otherwise: failure.code == .blocked ? nil : failure)
        }
        turn.failCommands(failure)
        for (wait, answer) in endings { wait.continuation.resume(returning: answer) }
    }
}

extension MessagingError {
    static let brokerClosed = MessagingError(.closed, "the broker was closed")
    static let consumerClosed = MessagingError(.closed, "the consumer was closed")
    fileprivate static let tooMuchPending = MessagingError(
        .blocked, "too many bytes of publications already wait for the disk; try again when some are confirmed")
}
