package import Events
import Messaging

extension DeadLetterQueue {
    /// The result of bringing letters back.
    package struct Imported: Sendable, Hashable {
        /// Letters that the queue did not hold, and holds now.
        package fileprivate(set) var added = 0
        /// Letters that the queue held already.
        package fileprivate(set) var skipped = 0

        package init() {}
    }

    /// Puts letters into the queue that it does not hold yet, so that an import that was interrupted can be repeated.
    ///
    /// - Parameters:
    ///   - lines: The next lines of a file of letters; none at its end.
    ///   - progress: Receives the result so far.
    /// - Throws: ``MessagingError``, what `lines` throws, and ``LetterFile/Unreadable`` for a line that is not a letter.
    ///   The letters before are in the queue then.
    package func bringBack(
        _ lines: () async throws -> [[UInt8]], now: Timestamp, progress: (Imported) -> Void = { _ in }
    ) async throws -> Imported {
        var held: [String: Int] = [:]
        try await look { letter in
            held[letter.id, default: 0] += 1
            return true
        }
        let publisher = try await broker.makePublisher()
        var result = Imported()
        while true {
            let batch = try await lines()
            if batch.isEmpty { return result }
            var publications: [Publication] = []
            var failure: LetterFile.Unreadable?
            for line in batch {
                do throws(LetterFile.Unreadable) {
                    let message = try LetterFile.message(line)
                    let id = DeadLetter(message).id
                    if let count = held[id], count > 0 {
                        held[id] = count - 1
                        result.skipped += 1
                    } else {
                        publications.append(message.broughtBack(at: now.microseconds))
                    }
                } catch {
                    let number = result.added + result.skipped + publications.count + 1
                    failure = LetterFile.Unreadable(
                        description: "letter \(number) of the file cannot be read: \(error)")
                    break
                }
            }
            let outcomes = await publisher.publish(publications)
            result.added += outcomes.count { $0 == .confirmed }
            progress(result)
            if let refused = outcomes.first(where: { $0 != .confirmed }) {
                throw MessagingError(
                    .failed,
                    "\(result.added) letters were brought back, then the broker did not take one, and an import can be "
                        + "repeated: \(refused)")
            }
            if let failure { throw failure }
        }
    }
}
