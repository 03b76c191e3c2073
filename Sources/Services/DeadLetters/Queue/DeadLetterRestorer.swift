package import Messaging

/// Puts back what the broker dead-lettered by itself (expired, queue full, delivery limit): nothing is wrong with those
/// events, so they return to their work queue when it has room again. What a worker has judged stays.
package struct DeadLetterRestorer: Sendable {
    /// The result of a round.
    package enum Report: Sendable, Hashable {
        /// Letters returned to a work queue.
        case restored(queue: String, count: Int)
        /// The round failed; the next one tries again.
        case failed(MessagingError)
    }

    private let queue: DeadLetterQueue
    private let maxLength: Int
    private let interval: Duration
    private let report: @Sendable (Report) -> Void

    /// - Parameters:
    ///   - maxLength: The limit of a work queue. A queue has room while it is less than half full, so that a queue
    ///     which overflows is not filled again with the events that it gave up.
    ///   - interval: The time between rounds.
    package init(
        _ broker: any Broker, maxLength: Int, interval: Duration = .seconds(10),
        report: @escaping @Sendable (Report) -> Void
    ) {
        // Another program reads the dead letters and is not disturbed: the next round comes soon.
        queue = DeadLetterQueue(broker, timeout: .zero)
        self.maxLength = maxLength
        self.interval = interval
        self.report = report
    }

    /// Runs a round every interval until the task is cancelled.
    package func run() async {
        // The number of letters when the broker had written none of them: another round would find the same.
        var fruitless = 0
        var pause = interval
        while !Task.isCancelled {
            do { try await Task.sleep(for: pause) } catch { return }
            pause = interval
            do throws(MessagingError) {
                let letters = try await queue.broker.status(of: [PipelineTopology.deadLetterQueue]).values.first?.ready
                guard letters != fruitless else { continue }
                let start = ContinuousClock.now
                let restored = try await round()
                // While a round lasts, nobody else can look at the letters.
                pause = max(interval, (ContinuousClock.now - start) * 10)
                for (queue, count) in restored.counts { report(.restored(queue: queue, count: count)) }
                fruitless = restored.sawAny ? 0 : letters ?? 0
            } catch {
                // Those who need the broker report that it is away.
                if error.code != .unavailable, error.code != .busy { report(.failed(error)) }
            }
        }
    }

    /// The findings of a round.
    package struct Restored: Sendable, Hashable {
        /// The number of letters that went back, by queue.
        package fileprivate(set) var counts: [String: Int] = [:]
        /// Whether the queue held letters that the broker had written, or may have held some.
        package fileprivate(set) var sawAny = true
    }

    /// Restores as many letters as the queues have room for.
    package func round() async throws(MessagingError) -> Restored {
        let status = try await queue.broker.status(of: PipelineTopology.workQueues + [PipelineTopology.deadLetterQueue])
        guard let letters = status[PipelineTopology.deadLetterQueue], letters.ready > 0, letters.consumers == 0 else {
            return Restored()
        }
        var room: [String: Int] = [:]
        for name in PipelineTopology.workQueues { room[name] = maxLength / 2 - (status[name]?.messages ?? maxLength) }
        guard room.values.contains(where: { $0 > 0 }) else { return Restored() }
        return try await queue.withSession { (session) throws(MessagingError) in try await restore(session, &room) }
    }

    private func restore(
        _ session: DeadLetterSession, _ room: inout [String: Int]
    ) async throws(MessagingError) -> Restored {
        let publisher = try await queue.broker.makePublisher()
        var restored = Restored()
        restored.sawAny = false
        while room.values.contains(where: { $0 > 0 }) {
            let taken = try await session.next(upTo: 500)
            if taken.isEmpty { break }
            var sending: [(taken: DeadLetterSession.Taken, queue: String, publication: Publication)] = []
            for taken in taken where taken.letter.isFromBroker {
                guard let queue = taken.letter.queue, let left = room[queue],
                    let publication = taken.letter.publication(replay: "restored")
                else { continue }
                guard left > 0 else {
                    restored.sawAny = true
                    continue
                }
                room[queue] = left - 1
                sending.append((taken, queue, publication))
            }
            let outcomes = await publisher.publish(sending.map(\.publication))
            // A letter that cannot be published at all is treated like a worker's letter: it stays, and delays no
            // other.
            let sendable = outcomes.filter { !$0.isUnencodable }
            if !sendable.isEmpty { restored.sawAny = true }
            let sent = zip(sending, outcomes).filter { $1 == .confirmed }.map(\.0)
            try await session.remove(sent.map(\.taken.tag))
            for letter in sent { restored.counts[letter.queue, default: 0] += 1 }
            guard sent.count == sendable.count else { break }
        }
        return restored
    }
}
