package import Messaging

/// Reads the dead-letter queue.
///
/// A pass takes every letter without acknowledging it and gives all back at its end: the broker puts them back where
/// they were, so that no letter is lost, reordered or counted as delivered. Meanwhile the letters are taken for
/// everyone else: passes wait for each other, those of other programs too, so that each sees all letters.
package struct DeadLetterQueue: Sendable {
    let broker: any Broker
    private let timeout: Duration
    private let page: Int
    /// Shared by all copies of this value.
    private let turn = LookTurn()

    /// - Parameters:
    ///   - timeout: How long to wait for the end of another pass.
    ///   - page: The letters that may be under way at a time: all are in memory, and each may have 1 MiB. More pages
    ///     follow until all letters are held, larger ones if the letters are small and none is to be settled. A queue of more than half a million letters has larger ones, so that it
    ///     has a thousand pages at most.
    package init(_ broker: any Broker, timeout: Duration = .seconds(10), page: Int = 512) {
        self.broker = broker
        self.timeout = timeout
        self.page = page
    }

    /// Passes the letters that are in the queue now to `visit`, in the queue's order, until it returns false.
    ///
    /// - Returns: The number of letters in the queue.
    /// - Throws: `.busy` if another pass does not end in time, or another program takes letters, so that not all were
    ///   seen; `.notFound` without the queue; `.unavailable` if the broker is away.
    @discardableResult
    package func look(_ visit: (DeadLetter) -> Bool) async throws(MessagingError) -> Int {
        // Nothing has been declared yet, so that there are no letters either.
        let name = PipelineTopology.deadLetterQueue
        guard try await broker.status(of: [name])[name] != nil else { return 0 }
        return try await withSession(reading: true) { (session) throws(MessagingError) in
            var seen = 0
            while true {
                let letters = try await session.next(upTo: 1_000)
                // Letters that have expired meanwhile do not count.
                if letters.isEmpty { return seen }
                for letter in letters where !visit(letter.letter) { return session.count }
                seen += letters.count
            }
        }
    }

    /// The letter with that id; nil if there is none.
    package func letter(_ id: String) async throws(MessagingError) -> DeadLetter? {
        var found: DeadLetter?
        try await look { letter in
            if letter.id == id { found = letter }
            return found == nil
        }
        return found
    }

    /// Runs `body` with the letters and gives back those that it did not settle, whether it returns or throws.
    ///
    /// - Parameter isReading: Whether it settles none.
    func withSession<Result>(
        reading isReading: Bool = false, _ body: (DeadLetterSession) async throws(MessagingError) -> Result
    ) async throws(MessagingError) -> Result {
        try await open(reading: isReading).closing(after: body)
    }

    /// Opens the queue when nobody else reads it.
    func open(reading isReading: Bool = false) async throws(MessagingError) -> DeadLetterSession {
        let deadline = ContinuousClock.now + timeout
        while true {
            if turn.begin() {
                do throws(MessagingError) {
                    if let session = try await openAlone(isReading) { return session }
                    turn.end()
                } catch {
                    turn.end()
                    throw error
                }
            }
            guard ContinuousClock.now < deadline, !Task.isCancelled else { throw Self.isBusy }
            // Programs that found each other at the queue try again at different moments.
            try? await Task.sleep(for: .milliseconds(Int.random(in: 20...150)))
        }
    }

    private static let isBusy = MessagingError(
        .busy,
        "another look at the dead letters is under way, or another program consumes \(PipelineTopology.deadLetterQueue): "
            + "try again when it has ended")

    /// - Returns: nil if others read the queue.
    private func openAlone(_ isReading: Bool) async throws(MessagingError) -> DeadLetterSession? {
        let name = PipelineTopology.deadLetterQueue
        guard let before = try await broker.status(of: [name])[name] else {
            throw MessagingError(.notFound, "the queue \(name) is missing: debias-events topology declare creates it")
        }
        guard before.consumers == 0 else { return nil }
        let page = min(max(page, before.ready / 1_000), 65_535)
        let consumer = try await broker.consume(name, prefetch: page)
        do throws(MessagingError) {
            // Two programs may have begun at once. Of those that see each other, none goes on.
            if let now = try await broker.status(of: [name])[name], now.consumers <= 1 {
                let count = try await count(atLeast: before.ready, now, page: page)
                return DeadLetterSession(
                    broker, consumer, count: count, page: page, isReading: isReading, turn)
            }
        } catch {
            await consumer.close()
            throw error
        }
        await consumer.close()
        return nil
    }

    /// How many letters there are, now that this program reads them. RabbitMQ takes back bit by bit what a reader held
    /// that was killed, while the queue seems free and shorter than it is; it answers a consumer after that. What is on
    /// its way to the consumer counts nowhere: the number is true when the consumer has its first page, and taken for
    /// true when it stays the same.
    private func count(atLeast before: Int, _ now: QueueStatus, page: Int) async throws(MessagingError) -> Int {
        let name = PipelineTopology.deadLetterQueue
        let deadline = ContinuousClock.now + .milliseconds(500)
        var last = (count: before, repetitions: 0)
        var status: QueueStatus? = now
        while let now = status, let held = now.unacknowledged, ContinuousClock.now < deadline, !Task.isCancelled {
            let count = now.ready + held
            if count == before || held >= page { return count }
            last = (count, count == last.count ? last.repetitions + 1 : 0)
            if last.repetitions == 3 { break }
            status = try await broker.status(of: [name])[name]
        }
        return max(before, last.count)
    }
}
