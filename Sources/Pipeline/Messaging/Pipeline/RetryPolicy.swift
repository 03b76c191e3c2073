/// Decides where an event goes that failed. Pure: the same failure after the same history has the same outcome.
package struct RetryPolicy: Sendable, Hashable {
    package enum Failure: Sendable, Hashable {
        /// Another attempt cannot succeed.
        case permanent(DeadLetterReason)
        /// Another attempt may succeed.
        case transient
    }

    /// Where the event goes.
    package enum Decision: Sendable, Hashable {
        /// To the delay queue of this step, and from there back to the work queue.
        case retry(PipelineTopology.RetryDelay)
        /// To the dead-letter queue.
        case deadLetter(DeadLetterReason)
    }

    /// The ladder: how long to wait before the second, third, ... attempt. Empty for no retries.
    package var delays: [PipelineTopology.RetryDelay]

    /// A ladder of these steps: 5 s, 30 s and 5 min by default.
    package init(delays: [PipelineTopology.RetryDelay] = PipelineTopology.RetryDelay.standard) {
        self.delays = delays
    }

    /// - Parameter attempts: how often the event has failed, this failure included; 1 or more.
    package func decision(for failure: Failure, attempts: Int) -> Decision {
        switch failure {
        case .permanent(let reason): .deadLetter(reason)
        case .transient where attempts <= delays.count: .retry(delays[max(attempts, 1) - 1])
        case .transient: .deadLetter(.retriesExhausted)
        }
    }
}
