import Events

/// Records of a file on their way into the stores.
struct ImportBatch: Sendable {
    var events: [Event] = []
    /// The number of records, including those that gave no event.
    var read = 0
    /// The physical lines that the first and the last record start on.
    var lines = 0...0
    var rejectedByReason: [RejectionReason: Int] = [:]
    /// The rejected records that are to be shown.
    var shown: [RejectedRecord] = []
    var format: ImportFormat?
    /// The bytes of the file that are consumed after this batch, and the size of the file.
    var bytes = 0
    var totalBytes: Int?
    /// The time that reading the batch took.
    var time = Duration.zero
    /// Whether the file ends with this batch.
    var isLast = false

    /// The events whose category was filled in.
    var filledCategories: Int { events.count { $0.defaulted.contains(.categoryCode) } }

    /// Notes that a record starts on this line.
    mutating func count(line: Int) {
        lines = (read == 0 ? line : lines.lowerBound)...line
        read += 1
    }
}
