import Glibc

/// The time of day, which jumps when the clock is set. Cheap: no system call. Safe to use from any thread.
public enum WallClock {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public static func microseconds() -> Int64 {
        nanoseconds(of: CLOCK_REALTIME) / 1_000
    }
}

/// A time that only goes forward, at a steady pace, from an arbitrary start. Cheap: no system call. Safe to use from
/// any thread.
public enum MonotonicClock {
    /// Microseconds since the arbitrary start.
    public static func microseconds() -> Int64 {
        nanoseconds() / 1_000
    }

    /// Nanoseconds since the arbitrary start.
    public static func nanoseconds() -> Int64 {
        Platform.nanoseconds(of: CLOCK_MONOTONIC)
    }
}

func nanoseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    // It fails only for clocks that do not exist.
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
