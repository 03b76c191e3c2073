import Events

/// Some records of a file on their way into the stores.
struct ImportBatch: Sendable {
    var events: [Event] = []
    /// All records, those that gave no event among them.
    var read = 0
    /// The physical lines that the first and the last record start on.
    var lines = 0...0
    var rejectedByReason: [RejectionReason: Int] = [:]
    /// Those of the rejected records that are to be shown.
    var shown: [RejectedRecord] = []
    var format: ImportFormat?
    /// How much of the file is used up after this batch, and how much there is.
    var bytes = 0
    var totalBytes: Int?
    /// How long it took to read.
    var time = Duration.zero
    /// Whether the file ends with it.
    var isLast = false

    /// Notes that a record starts on this line.
    mutating func count(line: Int) {
        lines = (read == 0 ? line : lines.lowerBound)...line
        read += 1
    }
}
