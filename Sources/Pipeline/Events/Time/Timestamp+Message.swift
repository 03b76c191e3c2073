extension Timestamp {
    /// No message was made before: 2000-01-01. What says so has another unit, or is a default like zero.
    static let earliestMessage = Timestamp(microseconds: 946_684_800_000_000)

    /// The moment of a message's timestamp: seconds since 1970, as AMQP has it, or the milliseconds, microseconds or
    /// nanoseconds that some producers write there. The numbers cannot be confused: a time that is possible in one unit
    /// is before 2000 or thousands of years ahead in all others.
    ///
    /// - Parameter isPossible: Whether a message may have this time; times before 2000 are none.
    init?(messageTimestamp number: Int64, isPossible: (Timestamp) -> Bool) {
        for unit in [1_000_000, 1_000, 1] as [Int64] {
            let (microseconds, isTooLarge) = number.multipliedReportingOverflow(by: unit)
            let time = Timestamp(microseconds: microseconds)
            guard isTooLarge || time < .earliestMessage || !isPossible(time) else {
                self = time
                return
            }
        }
        let time = Timestamp(microseconds: number / 1_000)
        guard time >= .earliestMessage, isPossible(time) else { return nil }
        self = time
    }
}
