package import Messaging

/// The dead-letter queue, to be looked through.
///
/// A look takes every letter without acknowledging it and gives all back at its end: the broker puts them back where
/// they were, so that nothing is lost, reordered or counted. Meanwhile others see them as taken; looks of several
/// programs wait for each other.
package struct DeadLetterQueue: Sendable {
    /// AMQP's largest prefetch, and so the most letters of one look.
    package static let capacity = 65_535

    let broker: any Broker
    private let timeout: Duration

    /// The queue of that broker.
    ///
    /// - Parameter timeout: how long to wait for another program's look to end.
    package init(_ broker: any Broker, timeout: Duration = .seconds(10)) {
        self.broker = broker
        self.timeout = timeout
    }

    /// Shows the letters that lie in the queue now, oldest first, until `visit` returns false.
    ///
    /// - Returns: how many there are, or more than ``capacity``: then the rest was not shown.
    @discardableResult
    package func look(_ visit: (DeadLetter) -> Bool) async throws(MessagingError) -> Int {
        try await withSession { (session) throws(MessagingError) in
            looking: while true {
                let letters = try await session.next(upTo: 1_000)
                if letters.isEmpty { break }
                for letter in letters where !visit(letter.letter) { break looking }
            }
            return session.count
        }
    }

    /// The letter of that id; nil if there is none.
    package func letter(_ id: String) async throws(MessagingError) -> DeadLetter? {
        var found: DeadLetter?
        try await look { letter in
            if letter.id == id { found = letter }
            return found == nil
        }
        return found
    }

    /// Runs `body` with the letters, and gives back what it did not settle, however it ends.
    func withSession<Result>(
        _ body: (DeadLetterSession) async throws(MessagingError) -> Result
    ) async throws(MessagingError) -> Result {
        try await open().closing(after: body)
    }

    /// Opens the queue when nobody else looks, or after a while anyway.
    func open() async throws(MessagingError) -> DeadLetterSession {
        let name = PipelineTopology.deadLetterQueue
        let deadline = ContinuousClock.now + timeout
        var status = try await broker.status(of: [name])[name]
        while let consumers = status?.consumers, consumers > 0, ContinuousClock.now < deadline {
            do { try await Task.sleep(for: .milliseconds(100)) } catch { break }
            status = try await broker.status(of: [name])[name]
        }
        guard let count = status?.ready else {
            throw MessagingError(.notFound, "there is no queue \(name): debias-events topology declare makes it")
        }
        return DeadLetterSession(
            broker, try await broker.consume(name, prefetch: Self.capacity), count: count)
    }
}
