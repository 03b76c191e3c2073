package import Messaging

extension DeadLetterQueue {
    /// Removes letters for good; the others stay where they are.
    ///
    /// - Returns: The number of letters removed.
    package func purge(_ filter: DeadLetterFilter) async throws(MessagingError) -> Int {
        try await withSession { (session) throws(MessagingError) in
            var count = 0
            while true {
                let taken = try await session.next(upTo: 1_000)
                if taken.isEmpty { return count }
                let matching = taken.filter { filter.matches($0.letter) }
                try await session.remove(matching.map(\.tag))
                count += matching.count
            }
        }
    }

    /// Sends one letter back to its work queue with another body, and takes it out of this queue.
    ///
    /// - Throws: `.notFound` if the letter is gone; `.failed` if the broker does not take the message.
    package func resend(_ id: String, body: [UInt8], replay: String) async throws(MessagingError) {
        try await withSession { (session) throws(MessagingError) in
            try await resend(id, body, replay, session)
        }
    }

    private func resend(
        _ id: String, _ body: [UInt8], _ replay: String, _ session: DeadLetterSession
    ) async throws(MessagingError) {
        while true {
            let taken = try await session.next(upTo: 1_000)
            guard !taken.isEmpty else {
                throw MessagingError(.notFound, "letter \(id) is not in the dead-letter queue any more")
            }
            guard let found = taken.first(where: { $0.letter.id == id }) else { continue }
            guard let publication = found.letter.publication(replay: replay, body: body) else {
                throw MessagingError(.failed, "the queue in which letter \(id) failed is unknown")
            }
            let outcomes = try await broker.makePublisher().publish([publication])
            guard outcomes == [.confirmed] else {
                throw MessagingError(
                    .failed, "the broker did not take the event, so it stays a dead letter: \(outcomes)")
            }
            return try await session.remove([found.tag])
        }
    }
}
