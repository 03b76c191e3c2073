import Glibc

/// A time that only goes forward, at a steady pace, from an arbitrary start. Cheap: no system call. Safe to use from
/// any thread.
public enum MonotonicClock {
    /// Microseconds since the arbitrary start.
    public static func microseconds() -> Int64 {
        nanoseconds() / 1_000
    }

    /// Nanoseconds since the arbitrary start.
    public static func nanoseconds() -> Int64 {
        var time = timespec()
        // It fails only for clocks that do not exist.
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
