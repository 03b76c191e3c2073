package import Events

/// Why a store did not carry out a request.
package struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that callers distinguish.
    package enum Code: Sendable, Hashable {
        /// The store as a whole cannot be used now: away, out of space, refusing writes. The events are not to blame.
        case unavailable
        /// This attempt failed and another may succeed (a deadlock, a timeout).
        case transient
        /// The store will never take one of these events (a constraint, a value it cannot hold).
        case rejected
        /// The store's content is damaged.
        case corrupt
        /// The store was closed.
        case closed
    }

    package let code: Code
    /// What happened, to what, and what to do next.
    package let message: String
    /// The event that was rejected, if the store names it.
    package let eventID: EventID?

    package init(_ code: Code, _ message: String, eventID: EventID? = nil) {
        self.code = code
        self.message = message
        self.eventID = eventID
    }

    package var description: String { message }
}
