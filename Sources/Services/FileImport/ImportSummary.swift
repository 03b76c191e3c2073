/// The result of an import, so far or in all. Counts only batches that both stores hold.
///
/// `read` is always `accepted + duplicates + rejected + erased`.
package struct ImportSummary: Sendable, Hashable {
    /// The recognised format; nil before the first line.
    package var format: ImportFormat?
    /// Records that are not blank, without the header.
    package var read = 0
    /// Events that the graph did not have before.
    package var accepted = 0
    /// Events that were in the graph before, or came earlier in the file; they changed nothing.
    package var duplicates = 0
    /// Records that gave no event.
    package var rejected = 0
    /// The rejected records by reason.
    package var rejectedByReason: [RejectionReason: Int] = [:]
    /// Records that gave an event whose category is the `category_id`, as their `category_code` is blank.
    package var filledCategories = 0
    /// Events of erased users from before, which were left out.
    package var erased = 0
    /// Events that the profile store did not have before: `accepted`, unless the two differed.
    package var addedToProfiles = 0
    /// The physical line on which the last record starts.
    package var line = 0
    /// The bytes of the file that are consumed; compressed bytes for a compressed file.
    package var bytes = 0
    /// Bytes of the file; nil for a pipe.
    package var totalBytes: Int?
    /// Whether the end of the file was reached; false if the import was cancelled.
    package var isComplete = false
    /// The time since the import began.
    package var time = Duration.zero
    /// The time spent on reading, decompressing and parsing, which continues while the previous batch is written.
    package var readingTime = Duration.zero
    /// The time spent on writing to the graph, at the same time as to the profiles.
    package var graphTime = Duration.zero
    /// The time spent on writing to the profiles.
    package var profilesTime = Duration.zero

    package init() {}

    /// Why the import is a failure although no error ended it; nil if it is none. A file that gave nothing is another
    /// file than the user meant, or is read in another way.
    package var failure: String? {
        guard isComplete else { return "the import stopped before the end of the file; run it again to continue" }
        guard accepted + duplicates + erased == 0 else { return nil }
        let reasons = rejectedByReason.sorted { ($1.value, "\($0.key)") < ($0.value, "\($1.key)") }
        guard let (reason, count) = reasons.first else { return "the file has no events" }
        let advice = reason.advice.map { "; \($0)" } ?? ""
        return "none of the \(read) records gave an event; \(count) of them: \(reason)\(advice)"
    }

    /// Records per second over the whole time; 0 before any time has passed.
    package var recordsPerSecond: Double { time > .zero ? Double(read) / (time / .seconds(1)) : 0 }
}
