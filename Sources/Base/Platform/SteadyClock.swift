import Glibc

/// A clock that only goes forward, for durations. Reading it takes no system call, and a difference of two readings no
/// arithmetic of 128 bits, as Duration needs: for what is measured with every request. Safe to use from any thread.
package enum SteadyClock {
    /// Microseconds since some moment; of no meaning alone.
    package static func microseconds() -> Int {
        var time = timespec()
        // The call fails only for clocks that do not exist.
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
    }
}
