/// Publishes to the broker, and into the spool while the broker is away or takes nothing.
///
/// A message that was sent without an answer goes into the spool too and may so arrive twice, without effect: consumers
/// recognise events by their ids. A message that the broker returned or refused is not spooled: waiting does not
/// remove the broker's reason.
package struct SpoolingPublisher: Publisher {
    private let broker: any Publisher
    private let spool: Spool

    package init(_ broker: any Publisher, spool: Spool) {
        self.broker = broker
        self.spool = spool
    }

    /// See ``Publisher/publish(_:)``. Once the broker has failed, it is not tried again before the forwarder has
    /// reached it: no request waits for a broker that is known to be away.
    package nonisolated(nonsending) func publish(_ publications: [Publication]) async -> [PublishOutcome] {
        if spool.availability.isAway(at: .now) { return await spool.append(publications) }
        let outcomes = await broker.publish(publications)
        return outcomes.contains { $0.wantsSpool } ? await spooling(publications, outcomes) : outcomes
    }

    /// Spools the publications that the broker did not answer.
    private nonisolated(nonsending) func spooling(
        _ publications: [Publication], _ outcomes: [PublishOutcome]
    ) async -> [PublishOutcome] {
        var outcomes = outcomes
        let open = outcomes.indices.filter { outcomes[$0].wantsSpool }
        if let first = open.first { spool.availability.failed(outcomes[first].cause, at: .now) }
        for (index, outcome) in zip(open, await spool.append(open.map { publications[$0] })) {
            outcomes[index] = outcome
        }
        return outcomes
    }
}

extension PublishOutcome {
    /// Whether the broker did not answer.
    var wantsSpool: Bool {
        switch self {
        case .failed, .unknown: true
        case .confirmed, .spooled, .stored, .returned, .rejected, .unencodable, .conflict, .unstorable: false
        }
    }
}
