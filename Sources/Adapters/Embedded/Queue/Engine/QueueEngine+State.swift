import Messaging

extension QueueEngine {
    /// What the engine knows between transactions. A value, so that a transaction can work on a copy.
    struct State: Sendable {
        var catalog: Catalog?
        /// This broker's session, once its row is stored.
        var session: Int64?
        /// Changes when all that was held has been given back.
        var epoch: UInt32 = 1
        var consumers: [Int64: ConsumerRecord] = [:]
        /// In the order in which they came.
        var waits: [Wait] = []
        /// When the first message of a queue expires; never later than that.
        var expiries: [QueueIndex: Int64] = [:]
        /// Queues that are to be shortened further.
        var overfull: [QueueIndex] = []
        /// Sessions of other brokers.
        var otherSessions: [Int64] = []
        var isClosing = false

        mutating func end(_ consumer: Int64, _ phase: ConsumerRecord.Phase) {
            guard consumers[consumer]?.phase != .closing else { return }
            consumers[consumer]?.phase = phase
        }

        /// How `wait` ends without deliveries; nil while it goes on.
        func ending(of wait: Wait) -> Wait.Answer? {
            if isClosing { return .failure(.brokerClosed) }
            if wait.ticket.isCancelled { return .success([]) }
            switch consumers[wait.consumer]?.phase {
            case .active: return nil
            case .cancelled: return .success([])
            case .closing, nil: return .failure(.consumerClosed)
            }
        }

        /// Takes out the waits that end without deliveries; all of them, if there is an `error`.
        mutating func takeEndings(otherwise error: MessagingError? = nil) -> [(wait: Wait, answer: Wait.Answer)] {
            var endings: [(Wait, Wait.Answer)] = []
            var waiting: [Wait] = []
            for wait in waits {
                if let answer = ending(of: wait) ?? error.map({ .failure($0) }) {
                    endings.append((wait, answer))
                } else {
                    waiting.append(wait)
                }
            }
            waits = waiting
            return endings
        }
    }

    struct ConsumerRecord: Sendable {
        enum Phase: Sendable {
            case active
            /// Takes nothing more.
            case cancelled
            /// Gives back what it holds with the next transaction.
            case closing
        }

        let queue: QueueIndex
        let prefetch: Int
        var holdings = Holdings()
        var phase = Phase.active
        /// Whether its row is stored.
        var isCounted = true
    }
}
