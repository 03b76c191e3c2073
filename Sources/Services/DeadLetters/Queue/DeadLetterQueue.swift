package import Messaging

/// Reads the dead-letter queue.
///
/// A pass takes every letter without acknowledging it and gives all back at its end: the broker puts them back where
/// they were, so that no letter is lost, reordered or counted as delivered. Meanwhile the letters are taken for
/// everyone else; passes of several programs wait for each other.
package struct DeadLetterQueue: Sendable {
    /// The most letters of one pass: AMQP's largest prefetch.
    package static let capacity = 65_535

    let broker: any Broker
    private let timeout: Duration

    /// - Parameter timeout: How long to wait for another program's pass to end.
    package init(_ broker: any Broker, timeout: Duration = .seconds(10)) {
        self.broker = broker
        self.timeout = timeout
    }

    /// Passes the letters that are in the queue now to `visit`, oldest first, until it returns false.
    ///
    /// - Returns: The number of letters in the queue; where it exceeds ``capacity``, the rest was not passed.
    @discardableResult
    package func look(_ visit: (DeadLetter) -> Bool) async throws(MessagingError) -> Int {
        // Nothing has been declared yet, so that there are no letters either.
        let name = PipelineTopology.deadLetterQueue
        guard try await broker.status(of: [name])[name] != nil else { return 0 }
        return try await withSession { (session) throws(MessagingError) in
            looking: while true {
                let letters = try await session.next(upTo: 1_000)
                if letters.isEmpty { break }
                for letter in letters where !visit(letter.letter) { break looking }
            }
            return session.count
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
    func withSession<Result>(
        _ body: (DeadLetterSession) async throws(MessagingError) -> Result
    ) async throws(MessagingError) -> Result {
        try await open().closing(after: body)
    }

    /// Opens the queue when no other program reads it, and after the timeout in any case.
    func open() async throws(MessagingError) -> DeadLetterSession {
        let name = PipelineTopology.deadLetterQueue
        let deadline = ContinuousClock.now + timeout
        var status = try await broker.status(of: [name])[name]
        while let consumers = status?.consumers, consumers > 0, ContinuousClock.now < deadline {
            do { try await Task.sleep(for: .milliseconds(100)) } catch { break }
            status = try await broker.status(of: [name])[name]
        }
        guard let count = status?.ready else {
            throw MessagingError(.notFound, "the queue \(name) is missing: debias-events topology declare creates it")
        }
        return DeadLetterSession(
            broker, try await broker.consume(name, prefetch: Self.capacity), count: count)
    }
}
