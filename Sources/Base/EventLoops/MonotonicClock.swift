import Glibc

/// A clock that only goes forward, at a steady pace, from an arbitrary start.
///
/// Use it to measure and to compare times within a process; setting the time of day does not change it, and it stands
/// still while the machine sleeps. Reading it takes no system call. Safe to use from any thread.
public enum MonotonicClock {
    /// The time in microseconds since the arbitrary start.
    public static func microseconds() -> Int64 {
        nanoseconds() / 1_000
    }

    /// The time in nanoseconds since the arbitrary start.
    public static func nanoseconds() -> Int64 {
        var time = timespec()
        // The call fails only for clocks that do not exist.
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
