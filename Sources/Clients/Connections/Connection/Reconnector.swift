public import EventLoops

/// Which host to try next, and how long to wait before.
///
/// A value without I/O, clock or randomness, owned by whoever connects: told of connections and their ends, it says
/// when the next attempt is due.
public struct Reconnector: Sendable {
    private let backoff: Backoff
    private var hosts: HostRotation
    /// How many attempts in a row have failed; the loss of a connection counts as the first.
    private var failures = 0

    /// A reconnector that has tried nothing yet.
    ///
    /// - Parameters:
    ///   - hosts: the number of hosts.
    ///   - backoff: how the wait between attempts grows.
    public init(hosts: Int, backoff: Backoff) {
        self.hosts = HostRotation(count: hosts)
        self.backoff = backoff
    }

    /// The position of the host to try; nil when there are none.
    public var host: Int? { hosts.current }

    /// The current host answered, and the connection can be used.
    public mutating func connected() {
        failures = 0
    }

    /// The attempt has failed, or the connection is lost: a host that went is not the first to be asked, so the next one
    /// is tried.
    ///
    /// - Parameters:
    ///   - isRefused: whether the server refuses the login. Only people repair wrong passwords and permissions: there
    ///     is no haste, and the wait is the longest.
    ///   - generator: for the jitter, so that the clients of one server do not come back in step.
    /// - Returns: how long to wait before the next attempt.
    public mutating func ended(isRefused: Bool, using generator: inout some RandomNumberGenerator) -> Duration {
        hosts.failed()
        failures += 1
        return isRefused
            ? backoff.longestDelay(using: &generator)
            : backoff.delay(afterFailures: failures, using: &generator)
    }
}
