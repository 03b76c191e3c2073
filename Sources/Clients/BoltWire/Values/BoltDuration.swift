/// A length of time, in parts that are not converted into each other: a month has no fixed number of days, nor a day of
/// seconds. A value; safe to use from any thread.
public struct BoltDuration: Sendable, Hashable {
    /// Months.
    public var months: Int
    /// Days.
    public var days: Int
    /// Seconds.
    public var seconds: Int
    /// Nanoseconds; servers send 0 to 999,999,999, and take any number.
    public var nanoseconds: Int

    /// Makes a length of time. Each part may be negative.
    ///
    /// - Parameters:
    ///   - months: Months.
    ///   - days: Days.
    ///   - seconds: Seconds.
    ///   - nanoseconds: Nanoseconds.
    public init(months: Int = 0, days: Int = 0, seconds: Int = 0, nanoseconds: Int = 0) {
        self.months = months
        self.days = days
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}
