import Events

/// Makes events from the records of one file, in their order.
protocol RecordDecoding: Sendable {
    /// The event of the scanner's current record, or the next one of a record that holds several.
    mutating func event(of record: RecordScanner) throws(Rejection) -> Event

    /// Whether the scanner's current record holds further events, which are to be taken before the next record.
    var hasMore: Bool { get }
}

extension RecordDecoding {
    /// False: a record is one event, unless the decoder knows better.
    var hasMore: Bool { false }
}
