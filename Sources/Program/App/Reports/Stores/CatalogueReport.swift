package import FileImport
import JSON

/// What `catalogue import` has done.
package struct CatalogueReport: Report, Sendable {
    private let summary: CatalogueSummary
    private let file: String

    package init(_ summary: CatalogueSummary, file: String) {
        self.summary = summary
        self.file = file
    }

    /// One JSON object; the time in seconds.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("complete", summary.isComplete)
            json.member("read", summary.read)
            json.member("stored", summary.stored)
            json.member("rejected", summary.rejected)
            json.member("dimension", summary.dimension)
            json.member("seconds", summary.time / .seconds(1))
        }
        return json.bytes
    }

    /// The counts, and what to do for the profiles of before.
    package var text: String {
        var text = "\(file): \(summary.stored) vectors of \(summary.dimension) components stored"
        if summary.rejected > 0 { text += ", \(summary.rejected) records rejected" }
        text += ", \(summary.time.inSeconds) s\n"
        guard summary.stored > 0 else { return text }
        return text + "profiles take them in as their users act; `debias-events profile rebuild` does it for all now\n"
    }
}
