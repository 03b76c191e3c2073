import Events
import Stores

/// Shows the first events that a store did not take because it has others with their ids.
struct ConflictLog {
    private var toBeShown: Int

    /// A log that shows `shown` events.
    init(shown: Int) {
        toBeShown = shown
    }

    /// The conflicts of a batch that are to be shown; those of the profiles only where the graph has none. A store does
    /// not know lines, so that each is shown at the first line of its batch and names all.
    mutating func shown(of written: BatchWriter.Outcome, in lines: ClosedRange<Int>) -> [RejectedRecord] {
        let conflicts = written.graph.conflicts.isEmpty ? written.profiles.conflicts : written.graph.conflicts
        let shown = conflicts.prefix(toBeShown)
        toBeShown -= shown.count
        return shown.map { conflict in
            RejectedRecord(
                line: lines.lowerBound, reason: .conflict,
                message: "in lines \(lines.lowerBound) to \(lines.upperBound): \(conflict)",
                excerpt: "user \(conflict.event.userID), product \(conflict.event.productID)")
        }
    }
}
