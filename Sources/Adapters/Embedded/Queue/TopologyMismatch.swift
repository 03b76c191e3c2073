import Messaging

/// Compares what exists with what is wanted.
enum TopologyMismatch {
    /// Each argument in which `existing` differs from `wanted`, with both values; empty if they are equal.
    static func differences(of existing: Queue, from wanted: Queue) -> [TopologyFinding.Difference] {
        let (old, new) = (existing.arguments, wanted.arguments)
        let added = new.entries.map(\.key).filter { old[$0] == nil }
        return (old.entries.map(\.key) + added).compactMap { key in
            guard old[key] != new[key] else { return nil }
            return .init(argument: key, wanted: new[key]?.argumentText, found: old[key]?.argumentText)
        }
    }

    /// The error for a queue that differs in `differences`.
    static func error(queue: String, _ differences: [TopologyFinding.Difference]) -> MessagingError {
        MessagingError(
            .topologyMismatch,
            """
            queue '\(queue)' exists with other arguments: \(differences.map(\.description).joined(separator: "; ")). \
            Nothing was changed. Either configure the existing values, or let consumers empty the queue with those \
            values, stop every process that uses this data folder, and move its queues.sqlite away: the next start \
            creates the queue with the configured arguments.
            """)
    }

    /// The error for an exchange of another kind.
    static func error(existing: Exchange, wanted: Exchange) -> MessagingError {
        MessagingError(
            .topologyMismatch,
            """
            exchange '\(wanted.name)' exists with another type: type is \(existing.kind.rawValue), expected \
            \(wanted.kind.rawValue). Nothing was changed. Either use the existing type, or let the consumers \
            empty the queues, stop every process that uses this data folder, and move its queues.sqlite away: the \
            next start creates the exchange again.
            """)
    }
}
