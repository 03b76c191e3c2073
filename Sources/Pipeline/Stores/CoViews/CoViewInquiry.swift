/// A computation over what a ``CoViewStore`` holds, which asks one question after the other. It does no I/O itself, so that
/// a store may run it where its data is.
package protocol CoViewInquiry: Sendable {
    /// What has to be known next; nil when all is known. Each question is answered before the next one.
    mutating func next() -> CoViewQuestion?

    /// Takes the answer to the last question.
    mutating func take(_ answer: CoViewAnswer)
}

/// A question to a ``CoViewStore``.
package enum CoViewQuestion: Sendable, Hashable {
    case context(userID: Int64, limit: Int)
    case coViews(CoViewQuery)
    case sessions(of: [Int64])
    case mostVisited(excluding: Set<Int64>, limit: Int)
}

/// The answer to the ``CoViewQuestion`` of the same name.
package enum CoViewAnswer: Sendable, Hashable {
    case context(UserContext)
    case coViews(CoViews)
    case sessions([Int64: Int])
    case mostVisited([ProductVisits])
}

extension CoViewStore {
    /// Asks the store's methods, each of which answers at its own moment.
    package func pursue<Inquiry: CoViewInquiry>(_ inquiry: Inquiry) async throws(StoreError) -> Inquiry {
        var inquiry = inquiry
        while let question = inquiry.next() {
            switch question {
            case .context(let userID, let limit): inquiry.take(.context(try await context(of: userID, limit: limit)))
            case .coViews(let query): inquiry.take(.coViews(try await coViews(query)))
            case .sessions(let products): inquiry.take(.sessions(try await sessions(of: products)))
            case .mostVisited(let excluding, let limit):
                inquiry.take(.mostVisited(try await mostVisited(excluding: excluding, limit: limit)))
            }
        }
        return inquiry
    }
}
