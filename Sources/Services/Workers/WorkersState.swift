/// How the workers are, for `/health`, `/health/ready` and `/metrics`.
package struct WorkersState: Sendable, Hashable {
    /// A step of a worker that takes longer hangs: stores and brokers have deadlines below this.
    package static let stallTimeout = Duration.seconds(120)

    /// Why workers wait for their store, by the queue whose messages wait; empty when none does.
    package var pauses: [String: String]
    /// How long workers of this process have been at one and the same step, by queue; empty when none hangs.
    package var stalls: [String: Duration]

    /// All is well.
    package init(pauses: [String: String] = [:], stalls: [String: Duration] = [:]) {
        self.pauses = pauses
        self.stalls = stalls
    }
}
