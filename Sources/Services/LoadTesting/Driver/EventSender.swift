/// A client that sends events to the pipeline, one request at a time, and keeps its connection.
package protocol EventSender: Sendable {
    /// Connects, unless the client is connected.
    ///
    /// - Throws: Why nothing can be sent now.
    func open() async throws(SendFailure)

    /// Sends some events in one request.
    ///
    /// - Parameter events: Each as JSON; one or more.
    /// - Returns: What became of them. Nothing that may have been sent counts as refused.
    func send(_ events: [[UInt8]]) async -> SendAnswer

    /// Closes the connection.
    func close() async
}

/// Why a client is not connected.
package struct SendFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What failed, to which server.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// What became of a request, and when; times are nanoseconds of the sender's clock.
package struct SendAnswer: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        /// Every event is durable.
        case accepted
        /// The server has refused the request with this status, and said why.
        case refused(status: Int, text: String)
        /// There was no answer, for this reason.
        case indeterminate(String)
    }

    package var outcome: Outcome
    /// When the first byte was sent.
    package var sentAt: Int64
    /// When the answer was there, or given up.
    package var endedAt: Int64

    package init(_ outcome: Outcome, sentAt: Int64, endedAt: Int64) {
        self.outcome = outcome
        self.sentAt = sentAt
        self.endedAt = endedAt
    }
}
