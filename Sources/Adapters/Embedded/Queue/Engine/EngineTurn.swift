import EventLoops
import Messaging

/// The work of one transaction, and the answers that its callers get once it is committed.
struct EngineTurn {
    let batch: EngineInbox.Batch
    /// The state after the commit.
    var state: QueueEngine.State
    /// One array per request of the batch.
    var outcomes: [[PublishOutcome]] = []
    /// One per command of the batch that is not a wait.
    var failures: [MessagingError?] = []
    var answers: [(wait: Wait, answer: Wait.Answer)] = []
    /// SQLite's number of the last commit by another connection.
    var dataVersion = 0
    /// Whether this turn checks the other processes.
    var isSurvey = false

    init(batch: EngineInbox.Batch, state: QueueEngine.State) {
        self.batch = batch
        self.state = state
    }

    /// Answers all callers, after the commit.
    ///
    /// - Parameter loop: Where publishers are answered; nil for here.
    func answer(publishersOn loop: EventLoop?) {
        if let loop, !batch.publishes.isEmpty {
            loop.schedule { [publishes = batch.publishes, outcomes] in Self.answer(publishes, outcomes) }
        } else {
            Self.answer(batch.publishes, outcomes)
        }
        for (finish, failure) in zip(batch.commands.compactMap(\.finish), failures) { finish(failure) }
        for (wait, answer) in answers { wait.continuation.resume(returning: answer) }
    }

    private static func answer(_ publishes: [PublishRequest], _ outcomes: [[PublishOutcome]]) {
        for (request, outcomes) in zip(publishes, outcomes) { request.continuation.resume(returning: outcomes) }
    }

    func failPublications(_ outcome: PublishOutcome) {
        for request in batch.publishes {
            request.continuation.resume(returning: request.publications.map { _ in outcome })
        }
    }

    /// Fails all commands except waits.
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

    /// Whether no caller asked for anything.
    var isEmpty: Bool { publishes.isEmpty && commands.isEmpty }
}

extension Command {
    /// Reports the end to the command's caller; nil for a wait, which ends differently.
    fileprivate var finish: ((MessagingError?) -> Void)? {
        switch self {
        case .settle(let request): { request.continuation.resume(returning: $0) }
        case .end(let request): { _ in request.continuation.resume() }
        case .operation(let operation): operation.finish
        case .wait: nil
        }
    }
}
