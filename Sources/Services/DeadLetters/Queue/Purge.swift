package import Messaging

extension DeadLetterQueue {
    /// Removes letters for good; the others stay where they are.
    ///
    /// - Returns: how many were removed.
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
    /// - Throws: `.notFound` if there is no such letter any more; `.failed` if the broker does not take it.
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
            guard !taken.isEmpty else { throw MessagingError(.notFound, "there is no letter \(id) any more") }
            guard let found = taken.first(where: { $0.letter.id == id }) else { continue }
            guard let publication = found.letter.publication(replay: replay, body: body) else {
                throw MessagingError(.failed, "nothing tells which queue letter \(id) failed in")
            }
            let outcomes = try await broker.makePublisher().publish([publication])
            guard outcomes == [.confirmed] else {
                throw MessagingError(.failed, "the broker did not take it, so it stays a letter: \(outcomes)")
            }
            return try await session.remove([found.tag])
        }
    }
}
