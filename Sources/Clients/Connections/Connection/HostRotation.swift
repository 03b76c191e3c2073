/// Which of several hosts to try: one after the other, around and around. A value, owned by whoever connects.
public struct HostRotation: Sendable, Hashable {
    /// The number of hosts, 0 or more.
    public let count: Int
    private var index = 0

    /// A rotation that begins with the first host.
    ///
    /// - Parameter count: the number of hosts; less than 0 counts as 0.
    public init(count: Int) {
        self.count = max(count, 0)
    }

    /// The position of the host to try; nil when there are none.
    public var current: Int? { count > 0 ? index : nil }

    /// An attempt at the current host has failed, or its connection is lost: the next one is tried.
    public mutating func failed() {
        if count > 0 { index = (index + 1) % count }
    }
}
