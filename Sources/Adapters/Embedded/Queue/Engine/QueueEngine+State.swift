import Messaging

extension QueueEngine {
    /// What the engine knows between transactions. A value, so that a transaction can work on a copy.
    struct State: Sendable {
        var catalog: Catalog?
        /// This broker's session, once its row is stored.
        var session: Int64?
        /// Changes when everything that was held has been given back.
        var epoch: UInt32 = 1
        var consumers: [Int64: ConsumerRecord] = [:]
        /// In the order in which they came.
        var waits: [Wait] = []
        /// When the first message of each queue expires, or earlier.
        var expiries: [QueueIndex: Int64] = [:]
        /// Queues that are still too long.
        var overfull: [QueueIndex] = []
        /// Sessions of other brokers.
        var otherSessions: [Int64] = []
        var isClosing = false

        mutating func end(_ consumer: Int64, _ phase: ConsumerRecord.Phase) {
            guard consumers[consumer]?.phase != .closing else { return }
            consumers[consumer]?.phase = phase
        }

        /// The answer that ends `wait` without deliveries; nil while the wait goes on.
        func ending(of wait: Wait) -> Wait.Answer? {
            if isClosing { return .failure(.brokerClosed) }
            if wait.ticket.isCancelled { return .success([]) }
            switch consumers[wait.consumer]?.phase {
            case .active: return nil
            case .cancelled: return .success([])
            case .closing, nil: return .failure(.consumerClosed)
            }
        }

        /// Removes the waits that end without deliveries; with an `error`, all waits.
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
            /// The consumer takes nothing more.
            case cancelled
            /// The next transaction gives back what the consumer holds.
            case closing
        }

        let queue: QueueIndex
        var prefetch: Int
        var holdings = Holdings()
        var phase = Phase.active
        /// Whether the consumer's row is stored.
        var isCounted = true
    }
}
