/// The state of the workers, for `/health`, `/health/ready` and `/metrics`.
package struct WorkersState: Sendable, Hashable {
    /// A worker's step that takes longer hangs: stores and brokers have deadlines below this.
    package static let stallTimeout = Duration.seconds(120)

    /// Why workers wait for their store, by the queue whose messages wait; empty when no worker waits.
    package var pauses: [String: String]
    /// How long the current step of this process's workers has taken, by queue; empty when no worker hangs.
    package var stalls: [String: Duration]

    /// No worker waits or hangs.
    package init(pauses: [String: String] = [:], stalls: [String: Duration] = [:]) {
        self.pauses = pauses
        self.stalls = stalls
    }
}
