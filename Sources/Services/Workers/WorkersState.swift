/// The state of the workers, for `/health`, `/health/ready` and `/metrics`.
package struct WorkersState: Sendable, Hashable {
    /// A worker's step that takes longer hangs, unless its configuration says otherwise: stores and brokers have deadlines
    /// below this.
    package static let stallTimeout = Duration.seconds(120)

    /// Why workers wait for their store, by the queue whose messages wait; empty when no worker waits.
    package var pauses: [String: String]
    /// How long the current step of this process's workers has taken, by queue; empty when no worker hangs.
    package var stalls: [String: Duration]

    /// Why this process's workers get nothing from the broker, and since when, by queue; empty when they consume. A
    /// restart does not mend that.
    package var interruptions: [String: Interruption]

    /// A time in which the broker gives a worker nothing but errors.
    package struct Interruption: Sendable, Hashable {
        /// The last error.
        package var cause: String
        /// The time since the first error.
        package var duration: Duration

        package init(cause: String, duration: Duration) {
            self.cause = cause
            self.duration = duration
        }
    }

    /// No worker waits, hangs or is interrupted.
    package init(
        pauses: [String: String] = [:], stalls: [String: Duration] = [:], interruptions: [String: Interruption] = [:]
    ) {
        self.pauses = pauses
        self.stalls = stalls
        self.interruptions = interruptions
    }
}
