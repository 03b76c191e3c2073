import Glibc

/// The time of day, which jumps when the clock is set. Reading it takes no system call. Safe to use from any thread.
package enum WallClock {
    /// Microseconds since 1970-01-01T00:00:00Z.
    package static func microseconds() -> Int64 {
        var time = timespec()
        // The call fails only for clocks that do not exist.
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
