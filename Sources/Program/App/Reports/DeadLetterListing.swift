package import DeadLetters
import JSON
import Messaging

/// Dead letters, oldest first, or groups of letters that failed alike.
package struct DeadLetterListing: Report, Sendable {
    private let report: DeadLetterReport
    private let isGrouped: Bool

    /// - Parameter isGrouped: Whether groups are listed rather than letters.
    package init(_ report: DeadLetterReport, isGrouped: Bool) {
        self.report = report
        self.isGrouped = isGrouped
    }

    /// The same object as in the answers to `GET /dlq` and `GET /dlq/groups`.
    package var json: [UInt8] { (isGrouped ? report.groupsJSON : report.lettersJSON).bytes }

    package var text: String {
        if report.matching == 0 { return "no dead letters\n" }
        return isGrouped ? groups : letters
    }

    private var letters: String {
        let table = TextTable(
            header: ["id", "queue", "class", "attempts", "given up", "type", "user", "product", "error"],
            columns: [.left, .left, .left, .right, .left, .left, .right, .right, .left],
            rows: report.letters.map { letter in
                [
                    letter.id, letter.queue ?? "?", letter.reason?.rawValue ?? "?", "\(letter.attempts)",
                    letter.lastFailedAt.map { "\($0)" } ?? "?", letter.type ?? "", letter.userID.map { "\($0)" } ?? "",
                    letter.productID.map { "\($0)" } ?? "", letter.error.line(upTo: 80),
                ]
            }
        ).text
        let rest = report.matching - report.letters.count
        guard rest > 0 else { return table }
        return table + "and \(rest) more of \(report.total) dead letters: --limit shows more, --group summarises\n"
    }

    private var groups: String {
        TextTable(
            header: ["group", "letters", "queue", "class", "first", "last", "sample", "error"],
            columns: [.left, .right, .left, .left, .left, .left, .left, .left],
            rows: report.groups.map { group in
                [
                    group.fingerprint, "\(group.count)", group.queue ?? "?", group.reason?.rawValue ?? "?",
                    group.first.map { "\($0)" } ?? "?", group.last.map { "\($0)" } ?? "?", group.sample.id,
                    group.sample.error.line(upTo: 80),
                ]
            }
        ).text
    }
}

extension String {
    /// The text as one line of at most `count` characters.
    fileprivate func line(upTo count: Int) -> String {
        let line = String(map { $0.isNewline ? " " : $0 })
        return line.count <= count ? line : line.prefix(count - 3) + "..."
    }
}
