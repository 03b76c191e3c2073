import Platform

extension Timestamp {
    /// The wall clock's time, which jumps when the clock is set. Cheap: no system call.
    package static var now: Timestamp { Timestamp(microseconds: WallClock.microseconds()) }
}
