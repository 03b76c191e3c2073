import Messaging

extension MessagingError {
    /// The error for the parts that exist with other arguments; nil if there are none.
    static func mismatch(_ findings: [TopologyFinding], _ broker: RabbitMQConfiguration) -> MessagingError? {
        let texts = findings.compactMap { finding -> String? in
            guard case .different(let differences) = finding.state else { return nil }
            return "\(finding.part.rawValue) '\(finding.name)' exists with other arguments: "
                + differences.map(\.description).joined(separator: "; ")
        }
        guard !texts.isEmpty else { return nil }
        return MessagingError(
            .topologyMismatch,
            """
            RabbitMQ at \(broker): \(texts.joined(separator: ". ")). Nothing was created, changed or deleted. Either \
            configure the existing values, or move to the new values: stop the workers and run debias-events topology \
            migrate with the new options, which takes along what waits; or stop what publishes, let the consumers empty \
            the queue with the existing values, delete it (rabbitmqctl delete_queue NAME --if-empty; an exchange by the \
            management page), and start again. RabbitMQ cannot change arguments in place; a length or TTL alone can also \
            be overridden by a policy (rabbitmqctl set_policy).
            """)
    }
}
