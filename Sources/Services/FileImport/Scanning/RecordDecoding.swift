import Events

/// Makes events of the records of one file, in their order.
protocol RecordDecoding: Sendable {
    /// The event of the scanner's present record.
    mutating func event(of record: RecordScanner) throws(Rejection) -> Event
}
