package import EventLoops
package import Events

/// How a file is imported.
package struct ImportOptions: Sendable, Hashable {
    /// The format of the lines.
    package var format: ImportFormat
    /// The ASCII character between the fields of a record.
    package var separator: UInt8
    /// Where fields stand whose names are not known here.
    package var columns: FieldMapping
    /// What names of event types mean.
    package var names: EventNames
    /// The type of all events, in a file without it.
    package var type: EventType?
    /// The pause that separates the sessions of a user in a file without sessions.
    package var sessionGap: Duration
    /// The number of records that are read at a time, and whose events are written in one transaction per store; 1 or
    /// more.
    package var batchSize: Int
    /// The longest record; longer ones are rejected and never held in memory; 1 or more.
    package var maximumRecordBytes: Int
    /// The number of rejected records that are shown; further ones are only counted.
    package var shownRejections: Int
    /// The number of attempts to write a batch before the import stops; 1 or more.
    package var attempts: Int
    /// The delays between attempts.
    package var backoff: Backoff

    /// The format recognised by the first line, commas, sessions cut at 30 minutes, 2,000 records per batch of at most 1 MiB
    /// each, 20 rejected ones shown, 5 attempts.
    package init(
        format: ImportFormat = .auto, separator: UInt8 = UInt8(ascii: ","), columns: FieldMapping = FieldMapping(),
        names: EventNames = EventNames(), type: EventType? = nil, sessionGap: Duration = .seconds(30 * 60),
        batchSize: Int = 2_000,
        maximumRecordBytes: Int = 1 << 20, shownRejections: Int = 20, attempts: Int = 5,
        backoff: Backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(5))
    ) {
        self.format = format
        self.separator = separator
        self.columns = columns
        self.names = names
        self.type = type
        self.sessionGap = sessionGap
        self.batchSize = batchSize
        self.maximumRecordBytes = maximumRecordBytes
        self.shownRejections = shownRejections
        self.attempts = attempts
        self.backoff = backoff
    }
}
