/// What an import has done so far, or in all: only of batches that both stores have.
///
/// `read` is always `accepted + duplicates + rejected`.
package struct ImportSummary: Sendable, Hashable {
    /// What the lines were taken for; nil before the first.
    package var format: ImportFormat?
    /// Records that are not blank, without the header.
    package var read = 0
    /// Events that the graph did not have before.
    package var accepted = 0
    /// Events that were in the graph before, or came earlier in the file; they changed nothing.
    package var duplicates = 0
    /// Records that gave no event.
    package var rejected = 0
    /// Those by reason.
    package var rejectedByReason: [RejectionReason: Int] = [:]
    /// Events that the profile store did not have before: `accepted`, unless the two differed.
    package var addedToProfiles = 0
    /// The physical line that the last record starts on.
    package var line = 0
    /// Bytes of the file used up; compressed ones for a compressed file.
    package var bytes = 0
    /// Bytes of the file; nil for a pipe.
    package var totalBytes: Int?
    /// Whether the end of the file was reached; false if the import was cancelled.
    package var isComplete = false
    /// Since the import began.
    package var time = Duration.zero
    /// Reading, decompressing and parsing, which goes on while the batch before is written.
    package var readingTime = Duration.zero
    /// Writing to the graph, at the same time as to the profiles.
    package var graphTime = Duration.zero
    /// Writing to the profiles.
    package var profilesTime = Duration.zero

    /// A summary of nothing.
    package init() {}

    /// Records a second, over the whole time; 0 before any time has passed.
    package var recordsPerSecond: Double { time > .zero ? Double(read) / (time / .seconds(1)) : 0 }
}
