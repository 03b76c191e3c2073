/// A day of the calendar. A value; safe to use from any thread.
public struct BoltDate: Sendable, Hashable {
    /// Days since 1970-01-01, negative before.
    public var days: Int

    /// Makes a day.
    ///
    /// - Parameter days: Days since 1970-01-01, negative before.
    public init(days: Int) {
        self.days = days
    }
}

/// A time of the day, anywhere. A value; safe to use from any thread.
public struct BoltLocalTime: Sendable, Hashable {
    /// Nanoseconds since midnight: 0 to 86,399,999,999,999.
    public var nanoseconds: Int

    /// Makes a time of the day.
    ///
    /// - Parameter nanoseconds: Nanoseconds since midnight, which is checked when the time is encoded.
    public init(nanoseconds: Int) {
        self.nanoseconds = nanoseconds
    }
}

/// A time of the day with its distance to UTC. A value; safe to use from any thread.
public struct BoltTime: Sendable, Hashable {
    /// Nanoseconds since midnight on the clock that showed the time: 0 to 86,399,999,999,999.
    public var nanoseconds: Int
    /// Seconds by which that clock is ahead of UTC; negative west of Greenwich.
    public var offset: Int32

    /// Makes a time of the day.
    ///
    /// - Parameters:
    ///   - nanoseconds: Nanoseconds since midnight, which is checked when the time is encoded.
    ///   - offset: Seconds by which the clock is ahead of UTC.
    public init(nanoseconds: Int, offset: Int32) {
        self.nanoseconds = nanoseconds
        self.offset = offset
    }
}
