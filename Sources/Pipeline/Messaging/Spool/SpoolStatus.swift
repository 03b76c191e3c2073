/// How full the spool is that keeps events while the broker is away.
package struct SpoolStatus: Sendable, Hashable {
    /// Messages that wait to be forwarded.
    package var messages: Int
    /// The most messages that the spool takes.
    package var limit: Int
    /// Why the broker took nothing at the last attempt; nil when it did.
    package var cause: String?

    /// Whether the broker took nothing at the last attempt.
    package var isInUse: Bool { cause != nil }

    package var isFull: Bool { messages >= limit }

    package init(messages: Int, limit: Int, cause: String?) {
        self.messages = messages
        self.limit = limit
        self.cause = cause
    }
}
