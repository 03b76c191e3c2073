package import FileImport
import JSON

package struct ImportReport: Report, Sendable {
    private let summary: ImportSummary
    private let file: String

    package init(_ summary: ImportSummary, file: String) {
        self.summary = summary
        self.file = file
    }

    /// One JSON object; times in seconds.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("format", summary.format?.rawValue ?? "unknown")
            json.member("complete", summary.isComplete)
            json.member("read", summary.read)
            json.member("accepted", summary.accepted)
            json.member("duplicates", summary.duplicates)
            json.member("rejected", summary.rejected)
            json.member("erased", summary.erased)
            json.member("filled_categories", summary.filledCategories)
            json.key("rejected_by_reason")
            json.object { json in
                for (reason, count) in reasons { json.member(reason, count) }
            }
            json.member("seconds", summary.time / .seconds(1))
            json.member("reading_seconds", summary.readingTime / .seconds(1))
            json.member("graph_seconds", summary.graphTime / .seconds(1))
            json.member("profiles_seconds", summary.profilesTime / .seconds(1))
        }
        return json.bytes
    }

    package var text: String {
        var lines = [
            "\(file): \(summary.format?.rawValue ?? "no events"), \(summary.time.inSeconds) s, "
                + "\(Int(summary.recordsPerSecond)) lines/s",
            "  read        \(summary.read)", "  accepted    \(summary.accepted)",
            "  duplicates  \(summary.duplicates)", "  rejected    \(summary.rejected)",
        ]
        if summary.erased > 0 {
            lines.insert("  erased      \(summary.erased) (of users that were erased later)", at: 4)
        }
        lines += reasons.map { "    \($0.count) \($0.reason)" }
        if summary.filledCategories > 0 {
            lines.append("  \(summary.filledCategories) without category_code have their category_id as category")
        }
        lines.append(
            "  busy: reading \(summary.readingTime.inSeconds) s, graph \(summary.graphTime.inSeconds) s, "
                + "profiles \(summary.profilesTime.inSeconds) s (in parallel)")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The reasons, the most frequent first.
    private var reasons: [(reason: String, count: Int)] {
        summary.rejectedByReason.map { ("\($0.key)", $0.value) }
            .sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
    }
}
