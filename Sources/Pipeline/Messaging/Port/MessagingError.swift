/// Why a broker did not do what it was asked.
package struct MessagingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds that callers decide by.
    package enum Code: Sendable, Hashable {
        /// The broker cannot be reached or its storage cannot be opened.
        case unavailable
        /// The broker has no room (disk full, memory alarm) and takes nothing until it has.
        case blocked
        /// An exchange or queue exists with other properties (AMQP reply code 406).
        case topologyMismatch
        /// A queue or exchange does not exist (AMQP reply code 404).
        case notFound
        /// This broker, publisher or consumer was closed.
        case closed
        /// The broker's storage or answer is damaged.
        case corrupt
        /// Anything else; the text tells.
        case failed
    }

    /// What kind of failure.
    package let code: Code
    /// What happened, to what, and what to do next.
    package let message: String

    /// An error of that kind.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    package var description: String { message }
}
