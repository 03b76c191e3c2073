import Events

/// Makes events from the records of one file, in their order.
protocol RecordDecoding: Sendable {
    /// The event of the scanner's current record.
    mutating func event(of record: RecordScanner) throws(Rejection) -> Event
}
