package import Events

/// How a load test went, without the audit.
package struct LoadResult: Sendable {
    package let tally: LoadTally
    /// The events that were to be sent.
    package let offered: Int
    /// When the first request could be sent.
    package let startedAt: Timestamp
    /// How long sending took, with the last answer.
    package let time: Duration
    /// How much of one processor this process used meanwhile.
    package let processorShare: Double
    /// Why sending ended before its end; nil if it did not.
    package let failure: String?
    /// Whether it was stopped from outside before its end.
    package let wasStopped: Bool

    /// Events that were to be sent and were not.
    package var dropped: Int { max(0, offered - tally.sent) }
}
