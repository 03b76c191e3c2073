/// How full the spool is, which keeps events while the broker is away.
package struct SpoolStatus: Sendable, Hashable {
    /// Messages that wait to be forwarded.
    package var messages: Int
    /// The most that it takes.
    package var limit: Int
    /// Whether the broker took nothing the last time it was tried.
    package var isInUse: Bool

    /// Whether it takes no more.
    package var isFull: Bool { messages >= limit }

    /// A status with these figures.
    package init(messages: Int, limit: Int, isInUse: Bool) {
        self.messages = messages
        self.limit = limit
        self.isInUse = isInUse
    }
}
