import Messaging

extension MessagingError {
    /// The error for what exists with other properties than wanted; nil if there is nothing of the kind.
    static func mismatch(_ findings: [TopologyFinding], _ broker: RabbitMQConfiguration) -> MessagingError? {
        let texts = findings.compactMap { finding -> String? in
            guard case .different(let differences) = finding.state else { return nil }
            return "\(finding.part.rawValue) '\(finding.name)' exists with other properties: "
                + differences.map(\.description).joined(separator: "; ")
        }
        guard !texts.isEmpty else { return nil }
        return MessagingError(
            .topologyMismatch,
            """
            RabbitMQ at \(broker): \(texts.joined(separator: ". ")). Nothing was made, changed or deleted. Either \
            configure the values that exist, or move to the new ones: stop what publishes, let the consumers empty the \
            queue with the values that exist, delete it (rabbitmqctl delete_queue NAME --if-empty; an exchange by the \
            management page), and start again. RabbitMQ cannot change them in place; a length or TTL alone can also be \
            overridden by a policy (rabbitmqctl set_policy).
            """)
    }
}
