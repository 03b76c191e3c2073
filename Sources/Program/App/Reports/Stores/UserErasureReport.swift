import DeadLetters
import Erasing
import Events
import JSON

/// What `user erase` has removed.
package struct UserErasureReport: Report, Sendable {
    private let report: ErasureReport

    /// Erases a user from all back ends and the archive of the data folder.
    package static func erase(_ userID: Int64, from backEnds: BackEnds) async throws -> UserErasureReport {
        try await Pipeline.with(backEnds) { pipeline in
            let erasure = UserErasure(
                graph: pipeline.graph, profiles: pipeline.profiles, letters: pipeline.deadLetters,
                archive: DeadLetterArchive(directory: backEnds.archiveDirectory, limit: 0), now: { .now })
            return UserErasureReport(report: await erasure.erase(userID: userID))
        }
    }

    /// What failed, as a sentence; nil after a success.
    package var failure: String? { report.failure }

    /// The same object as in the answer to `DELETE /users/{id}`, with the failures if there are any.
    package var json: [UInt8] { report.json.bytes }

    /// A line for each place, and what could not be looked at.
    package var text: String {
        var text = TextTable(
            columns: [.right, .left],
            rows: [
                ["\(report.interactions)", "interactions of the graph removed"],
                ["\(report.vectors)", "interaction vectors removed"],
                ["\(report.profiles)", "profiles removed"],
                ["\(report.deadLetters)", "dead letters removed"],
                ["\(report.archivedLetters)", "archived dead letters removed"],
            ]
        ).text
        if report.lettersOfUnknownUsers > 0 {
            text += "\(report.lettersOfUnknownUsers) dead letters stay whose bodies do not tell their users\n"
        }
        return text + "events of user \(report.userID) that were received until \(report.receivedUntil) stay out\n"
    }
}
