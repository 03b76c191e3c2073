package import Messaging

/// What became of letters when a user was erased.
package struct ErasedLetters: Sendable, Hashable {
    /// Letters of the user.
    package internal(set) var removed = 0
    /// Letters that stay, and of which nobody can tell whose they are: their bodies name no user, or cannot be read.
    package internal(set) var unattributable = 0

    /// Counts a letter.
    ///
    /// - Parameter owner: Whose letter it is, as far as its body tells.
    /// - Returns: Whether it is to be removed.
    mutating func removes(letterOf owner: Int64?, erasing userID: Int64) -> Bool {
        if owner == nil { unattributable += 1 }
        guard owner == userID else { return false }
        removed += 1
        return true
    }
}

extension DeadLetterQueue {
    /// Removes the letters of a user for good; the others stay where they are. Without the queue, there are none.
    package func erase(userID: Int64) async throws(MessagingError) -> ErasedLetters {
        let name = PipelineTopology.deadLetterQueue
        guard try await broker.status(of: [name])[name] != nil else { return ErasedLetters() }
        return try await withSession { (session) throws(MessagingError) in
            var erased = ErasedLetters()
            while true {
                let taken = try await session.next(upTo: 1_000)
                if taken.isEmpty { return erased }
                let own = taken.filter { erased.removes(letterOf: $0.letter.userID, erasing: userID) }
                try await session.remove(own.map(\.tag))
            }
        }
    }
}
