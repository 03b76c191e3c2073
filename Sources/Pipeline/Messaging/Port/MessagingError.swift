/// Why a broker did not carry out a request.
package struct MessagingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that callers distinguish.
    package enum Code: Sendable, Hashable {
        /// The broker cannot be reached or its storage cannot be opened.
        case unavailable
        /// The broker refuses this program, or what answers there is no broker: a login, a permission, a limit, a
        /// certificate, an address. Only people can mend that.
        case refused
        /// The broker has no room (disk full, memory alarm) and accepts nothing until it has.
        case blocked
        /// More messages at once than there can ever be room for; fewer at a time may be taken.
        case tooMany
        /// An exchange or queue exists with other arguments (AMQP reply code 406).
        case topologyMismatch
        /// A queue or exchange does not exist (AMQP reply code 404).
        case notFound
        /// Another program uses the queue in a way that excludes this use; later it may be free.
        case busy
        /// This broker, publisher or consumer was closed.
        case closed
        /// The broker's storage or answer is damaged.
        case corrupt
        /// Any other failure; the message describes it.
        case failed
    }

    package let code: Code
    /// What happened, to what, and what to do next.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
