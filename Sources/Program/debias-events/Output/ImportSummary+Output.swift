import FileImport
import JSON

extension ImportSummary {
    /// One JSON object on a line; times in seconds.
    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("format", format?.rawValue ?? "unknown")
            json.member("complete", isComplete)
            json.member("read", read)
            json.member("accepted", accepted)
            json.member("duplicates", duplicates)
            json.member("rejected", rejected)
            json.key("rejected_by_reason")
            json.object { json in
                for (reason, count) in reasons { json.member(reason, count) }
            }
            json.member("seconds", time / .seconds(1))
            json.member("reading_seconds", readingTime / .seconds(1))
            json.member("graph_seconds", graphTime / .seconds(1))
            json.member("profiles_seconds", profilesTime / .seconds(1))
        }
        return Output.line(json)
    }

    /// Some lines for people.
    func text(file: String) -> String {
        var lines = [
            "\(file): \(format?.rawValue ?? "no events"), \(seconds(time)) s, \(Int(recordsPerSecond)) lines/s",
            "  read        \(read)", "  accepted    \(accepted)", "  duplicates  \(duplicates)",
            "  rejected    \(rejected)",
        ]
        lines += reasons.map { "    \($0.count) \($0.reason)" }
        lines.append(
            "  busy: reading \(seconds(readingTime)) s, graph \(seconds(graphTime)) s, "
                + "profiles \(seconds(profilesTime)) s (side by side)")
        return lines.joined(separator: "\n") + "\n"
    }

    private var reasons: [(reason: String, count: Int)] {
        rejectedByReason.map { ("\($0.key)", $0.value) }.sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
    }

    private func seconds(_ duration: Duration) -> String {
        let hundredths = Int(duration / .milliseconds(10))
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
