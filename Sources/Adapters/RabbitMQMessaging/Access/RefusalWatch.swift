import AMQPClient
import Messaging
import Synchronization

/// Reports once that RabbitMQ refuses this program, not at each attempt, and once that it does no longer.
struct RefusalWatch: Sendable {
    let sessions: [AMQPSession]
    let configuration: RabbitMQConfiguration
    let notify: @Sendable (RabbitMQNotice) -> Void
    private let told = Told()

    init(
        _ sessions: [AMQPSession], _ configuration: RabbitMQConfiguration,
        notify: @escaping @Sendable (RabbitMQNotice) -> Void
    ) {
        self.sessions = sessions
        self.configuration = configuration
        self.notify = notify
    }

    /// Runs until the task is cancelled or the sessions are closed.
    func run() async {
        await withDiscardingTaskGroup { group in
            for session in sessions { group.addTask { await watch(session) } }
        }
    }

    private func watch(_ session: AMQPSession) async {
        var state = session.state
        while state != .closed, !Task.isCancelled {
            switch state {
            case .disconnected(let error) where error.isLastingRefusal:
                let refusal = MessagingError(error, configuration)
                if told.change(to: refusal) { notify(.refused(refusal)) }
            case .connected, .blocked:
                if sessions.allSatisfy({ !$0.isRefused }), told.change(to: nil) { notify(.accepted) }
            case .connecting, .disconnected, .closed: break
            }
            state = await session.state(after: state)
        }
    }

    private final class Told: Sendable {
        private let refusal = Mutex<MessagingError?>(nil)

        /// Returns whether this differs from what was told last.
        func change(to new: MessagingError?) -> Bool {
            refusal.withLock { old in
                defer { old = new }
                return old != new
            }
        }
    }
}

extension AMQPSession {
    fileprivate nonisolated var isRefused: Bool {
        if case .disconnected(let error) = state { error.isLastingRefusal } else { false }
    }
}
