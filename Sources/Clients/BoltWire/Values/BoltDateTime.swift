/// A point in time, with the distance to UTC of the clock that showed it. A value; safe to use from any thread.
public struct BoltDateTime: Sendable, Hashable {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down: -1 for the second before.
    public var seconds: Int
    /// Nanoseconds behind ``seconds``: 0 to 999,999,999, also before 1970.
    public var nanoseconds: Int32
    /// Seconds by which the clock that showed the time is ahead of UTC; negative west of Greenwich.
    public var offset: Int32

    /// Makes a point in time.
    ///
    /// - Parameters:
    ///   - seconds: Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    ///   - nanoseconds: Nanoseconds behind `seconds`, which is checked when the time is encoded.
    ///   - offset: Seconds by which the clock is ahead of UTC.
    public init(seconds: Int, nanoseconds: Int32 = 0, offset: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
        self.offset = offset
    }
}

/// A point in time in a time zone with a name. A value; safe to use from any thread.
///
/// This library has no table of time zones: the name is carried as it is, known or not.
public struct BoltZonedDateTime: Sendable, Hashable {
    /// What the seconds are counted on.
    public enum Clock: Sendable, Hashable {
        /// On UTC: the point in time is exact.
        case utc
        /// On the zone's own clock, as servers of 4.4 without the UTC patch do: the point in time follows from the
        /// zone's rules, and in the hour that occurs twice it is not known.
        case local
    }

    /// Whole seconds since 1970-01-01T00:00:00 on ``clock``, rounded down.
    public var seconds: Int
    /// Nanoseconds behind ``seconds``: 0 to 999,999,999, also before 1970.
    public var nanoseconds: Int32
    /// The name of the zone, such as `Europe/Berlin`.
    public var zone: String
    /// What the seconds are counted on.
    public var clock: Clock

    /// Makes a point in time.
    ///
    /// - Parameters:
    ///   - seconds: Whole seconds since 1970-01-01T00:00:00 on `clock`, rounded down.
    ///   - nanoseconds: Nanoseconds behind `seconds`, which is checked when the time is encoded.
    ///   - zone: The name of the zone.
    ///   - clock: What the seconds are counted on. One that the negotiated version does not write cannot be encoded.
    public init(seconds: Int, nanoseconds: Int32 = 0, zone: String, clock: Clock = .utc) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
        self.zone = zone
        self.clock = clock
    }
}

/// A day with a time of the day, anywhere. A value; safe to use from any thread.
public struct BoltLocalDateTime: Sendable, Hashable {
    /// Whole seconds since 1970-01-01T00:00:00 on the same clock, rounded down.
    public var seconds: Int
    /// Nanoseconds behind ``seconds``: 0 to 999,999,999, also before 1970.
    public var nanoseconds: Int32

    /// Makes a day with a time.
    ///
    /// - Parameters:
    ///   - seconds: Whole seconds since 1970-01-01T00:00:00 on the same clock, rounded down.
    ///   - nanoseconds: Nanoseconds behind `seconds`, which is checked when the time is encoded.
    public init(seconds: Int, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}
