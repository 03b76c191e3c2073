import Glibc

/// Products with what a walk gives them, in the order of their scores: that divided by their propensity.
///
/// A propensity follows from how many sessions touched a product. Most numbers of sessions stay unknown: a product that
/// cannot be among the best, however few sessions touched it, does not need one.
struct Ranking: Sendable {
    /// What a product's sessions are raised by before the propensity is taken: κ, which bounds what rare products gain.
    static let clipping = 5.0
    /// How many unknown numbers of sessions are asked for at once; after each answer four times as many.
    private static let firstQuestion = 64
    /// Rounding does not make an upper bound a lower one.
    private static let margin = 1 + 1e-9

    /// A product in the order of scores.
    struct Place {
        var productID: Int64
        var total: Double
        var score: Double

        func goesBefore(_ other: Place) -> Bool { (other.score, productID) < (score, other.productID) }
    }

    private struct Candidate {
        var total = 0.0
        /// No fewer sessions touched the product.
        var leastSessions = 1
        var sessions: Int?

        mutating func add(_ value: Double, _ sessions: Int) {
            total += value
            leastSessions = max(leastSessions, sessions)
        }
    }

    private let debias: Double
    private var candidates: [Int64: Candidate] = [:]
    private var question = firstQuestion
    /// The propensities of small numbers of sessions, which most products have.
    private let propensities: [Double]

    init(debias: Double) {
        self.debias = debias
        propensities = (0..<64).map { pow(Double($0) + Self.clipping, debias) }
    }

    mutating func note(_ sessions: Int, of productID: Int64) {
        candidates[productID, default: Candidate()].sessions = sessions
    }

    mutating func note(_ sessions: [Int64: Int]) {
        for (productID, count) in sessions { note(count, of: productID) }
    }

    /// Takes the answer to a question for some products; no session touched those that are absent.
    mutating func note(_ sessions: [Int64: Int], of products: [Int64]) {
        for productID in products { note(sessions[productID] ?? 0, of: productID) }
        question *= 4
    }

    /// Makes room for so many further products.
    mutating func reserve(_ count: Int) {
        candidates.reserveCapacity(candidates.count + count)
    }

    /// - Parameter sessions: No fewer sessions touched the product.
    mutating func add(_ value: Double, to productID: Int64, seenIn sessions: Int = 1) {
        candidates[productID, default: Candidate()].add(value, sessions)
    }

    /// 0 for a product of which the number is not known.
    func sessions(of productID: Int64) -> Int { candidates[productID]?.sessions ?? 0 }

    /// The best products of those whose numbers of sessions are known and that have a score above 0; equals by id.
    func best(_ limit: Int, where isAllowed: (Int64) -> Bool) -> [Place] {
        candidates.compactMap { productID, candidate -> Place? in
            guard candidate.total > 0, let sessions = candidate.sessions, isAllowed(productID) else { return nil }
            return place(productID, candidate, sessions)
        }.best(limit) { $0.goesBefore($1) }
    }

    /// The products whose numbers of sessions have to be noted before ``best(_:where:)`` is right, those that may be the
    /// best first, some at a time; none when it is.
    func undecided(_ limit: Int, where isAllowed: (Int64) -> Bool) -> [Int64] {
        let known = best(limit, where: isAllowed)
        let least = known.count == limit ? known[limit - 1].score : 0
        return candidates.compactMap { productID, candidate -> Place? in
            guard candidate.total > 0, candidate.sessions == nil else { return nil }
            let most = place(productID, candidate, candidate.leastSessions)
            return most.score * Self.margin >= least && isAllowed(productID) ? most : nil
        }.best(question) { $0.goesBefore($1) }.map(\.productID)
    }

    private func place(_ productID: Int64, _ candidate: Candidate, _ sessions: Int) -> Place {
        let propensity =
            propensities.indices.contains(sessions)
            ? propensities[sessions] : pow(Double(sessions) + Self.clipping, debias)
        return Place(productID: productID, total: candidate.total, score: candidate.total / propensity)
    }
}
