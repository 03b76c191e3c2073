/// Which of several hosts to try: one after the other, around and around; the host that answered stays the first until an
/// attempt at it fails.
public struct HostRotation: Sendable, Hashable {
    /// How many hosts there are.
    public let count: Int
    private var index = 0

    /// A rotation over so many hosts that begins with the first.
    public init(count: Int) {
        self.count = max(count, 0)
    }

    /// The position of the host to try; nil when there are none.
    public var current: Int? { count > 0 ? index : nil }

    /// An attempt at the current host has failed: the next one is tried.
    public mutating func failed() {
        if count > 0 { index = (index + 1) % count }
    }
}
