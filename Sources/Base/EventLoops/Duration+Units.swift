extension Duration {
    /// The number of seconds, with a fraction.
    package var seconds: Double { self / .seconds(1) }

    /// The number of whole milliseconds, rounded towards zero, within the bounds of ``wholeNanoseconds``.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        // Far beyond these bounds the product would overflow; a wait that long never ends anyway.
        return min(max(seconds, -Self.longest), Self.longest) * 1_000 + attoseconds / 1_000_000_000_000_000
    }

    /// The number of whole microseconds, rounded towards zero, within the bounds of ``wholeNanoseconds``.
    package var wholeMicroseconds: Int64 { wholeNanoseconds / 1_000 }

    /// The number of whole nanoseconds, rounded towards zero, within 95 years, so that a sum with ``MonotonicClock``
    /// stays in range.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return min(max(seconds, -Self.longest), Self.longest) * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// 95 years, in seconds.
    private static let longest: Int64 = 3_000_000_000
}
