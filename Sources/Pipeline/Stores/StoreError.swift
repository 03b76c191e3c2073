package import Events

/// Why a store did not do what it was asked.
package struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds that callers decide by.
    package enum Code: Sendable, Hashable {
        /// The store as a whole cannot be used now: away, out of space, refusing writes. Nothing is wrong with the
        /// events.
        case unavailable
        /// This attempt failed and another may succeed (a deadlock, a time-out).
        case transient
        /// The store will never take one of these events (a constraint, a value it cannot hold).
        case rejected
        /// The store's content is damaged.
        case corrupt
        /// It was closed.
        case closed
    }

    /// What kind of failure.
    package let code: Code
    /// What happened, to what, and what to do next.
    package let message: String
    /// The event that was rejected, where the store tells.
    package let eventID: EventID?

    /// An error of that kind.
    package init(_ code: Code, _ message: String, eventID: EventID? = nil) {
        self.code = code
        self.message = message
        self.eventID = eventID
    }

    /// The message.
    package var description: String { message }
}
