import Messaging

/// The work of one transaction, and what its callers are told once it is committed.
struct EngineTurn {
    let batch: EngineInbox.Batch
    /// The state as it is to be after the commit.
    var state: QueueEngine.State
    /// One array for each request of the batch.
    var outcomes: [[PublishOutcome]] = []
    /// One for each command of the batch that is not a wait.
    var failures: [MessagingError?] = []
    var answers: [(wait: Wait, answer: Wait.Answer)] = []
    /// SQLite's number of the last commit by another connection.
    var dataVersion = 0
    /// Whether other processes are looked after.
    var isSurvey = false

    init(batch: EngineInbox.Batch, state: QueueEngine.State) {
        self.batch = batch
        self.state = state
    }

    /// Tells everybody after the commit.
    func answer() {
        for (request, outcomes) in zip(batch.publishes, outcomes) {
            request.continuation.resume(returning: outcomes)
        }
        for (finish, failure) in zip(batch.commands.compactMap(\.finish), failures) { finish(failure) }
        for (wait, answer) in answers { wait.continuation.resume(returning: answer) }
    }

    func failPublications(_ outcome: PublishOutcome) {
        for request in batch.publishes {
            request.continuation.resume(returning: request.publications.map { _ in outcome })
        }
    }

    /// Fails all commands but waits.
    func failCommands(_ error: MessagingError) {
        for command in batch.commands { command.finish?(error) }
    }
}

extension EngineInbox.Batch {
    var waits: [Wait] {
        commands.compactMap { command in
            if case .wait(let wait) = command { wait } else { nil }
        }
    }

    var ends: [EndRequest] {
        commands.compactMap { command in
            if case .end(let request) = command { request } else { nil }
        }
    }

    /// Whether anybody asked for anything.
    var isEmpty: Bool { publishes.isEmpty && commands.isEmpty }
}

extension Command {
    /// How its caller is told of the end; nil for a wait, which ends otherwise.
    fileprivate var finish: ((MessagingError?) -> Void)? {
        switch self {
        case .settle(let request): { request.continuation.resume(returning: $0) }
        case .end(let request): { _ in request.continuation.resume() }
        case .operation(let operation): operation.finish
        case .wait: nil
        }
    }
}
