import Stores

/// Evaluates recommendations on what users did: what is recommended after some of a user's events is compared with the
/// product that the user turned to next. docs/evaluation.md defines what is asked and what the figures mean.
///
/// The same log and options give the same figures. Safe to use from any task.
package struct Evaluator: Sendable {
    package var options: EvaluationOptions

    package init(options: EvaluationOptions = EvaluationOptions()) {
        self.options = options
    }

    /// Asks all questions of a log, which has to be sorted.
    ///
    /// - Parameter progress: Called after each event behind the split, with the number of events that are done behind it,
    ///   of how many, and the number of questions.
    /// - Throws: `CancellationError`.
    package func run(
        _ log: EventLog, progress: (_ done: Int, _ total: Int, _ cases: Int) -> Void = { _, _, _ in }
    ) async throws -> EvaluationResult {
        let start = ContinuousClock.now
        let split = min(Int(options.split * Double(log.count)), log.count)
        let index = VisitIndex(log: log)
        var begun: Set<Int32> = []
        for number in 0..<split {
            try Task.checkCancellation()
            index.add(number)
            begun.insert(log.rows[number].session)
        }
        var questions = Questions(index, log, split: split, options)
        var candidates = 0
        for number in split..<log.count {
            try Task.checkCancellation()
            let row = log.rows[number]
            if row.isTouch, begun.contains(row.session), index.read({ $0.isNew(row.product, to: row.user) }) {
                if candidates % options.every == 0 { try await questions.ask(row) }
                candidates += 1
            }
            begun.insert(row.session)
            index.add(number, isCounted: options.isLive)
            progress(number + 1 - split, log.count - split, questions.cases.cases.count)
        }
        var result = questions.result
        result.events = log.count
        result.trainingEvents = split
        result.time = .now - start
        return result
    }
}

/// The questions that were asked, and the answers of all methods.
private struct Questions {
    private(set) var cases = EvaluationCases()
    private var tallies: [EvaluationResult.Method: EvaluationTally] = [:]
    private var curve: [EvaluationTally]
    private var newProducts = 0
    private let index: VisitIndex
    private let recommender: Recommender
    private let log: EventLog
    private let propensities: Propensities
    private let vectors: LearnedVectors?
    private let options: EvaluationOptions

    init(_ index: VisitIndex, _ log: EventLog, split: Int, _ options: EvaluationOptions) {
        self.index = index
        self.log = log
        self.options = options
        recommender = Recommender(store: index)
        propensities = Propensities(log, until: split)
        vectors =
            options.dimension > 0 ? index.read { LearnedVectors($0, dimension: options.dimension) } : nil
        curve = Array(repeating: EvaluationTally(), count: options.curve.count)
    }

    /// Asks what to recommend to a user who then turned to the row's product.
    mutating func ask(_ row: EventLog.Row) async throws {
        let (userID, wanted, limit) = (log.users[row.user], log.products[row.product], options.limit)
        if propensities.touches[row.product] == nil { newProducts += 1 }
        cases.add(
            session: row.session, weight: propensities.weight(of: row.product),
            isTail: !propensities.head.contains(row.product))
        let baselines: [EvaluationResult.Method: [Int64]] = index.read { visits in
            var lists: [EvaluationResult.Method: [Int64]] = [
                .popular: visits.popularList(for: userID, limit: limit),
                .cosine: visits.cosineList(for: userID, limit: limit),
                .neighbours: visits.neighbourList(for: userID, session: row.session, limit: limit),
            ]
            lists[.vectors] = vectors?.list(for: userID, visits, limit: limit)
            return lists
        }
        for (method, list) in baselines { tallies[method, default: EvaluationTally()].add(list, wanted: wanted) }
        let walk = try await walkList(userID, options.debias)
        tallies[.walk, default: EvaluationTally()].add(walk, wanted: wanted)
        for (place, debias) in options.curve.enumerated() {
            let list = debias == options.debias ? walk : try await walkList(userID, debias)
            curve[place].add(list, wanted: wanted)
        }
    }

    private func walkList(_ userID: Int64, _ debias: Double) async throws -> [Int64] {
        try await recommender.recommendations(
            for: userID, RecommendationQuery(limit: options.limit, debias: debias)
        ).map(\.productID)
    }

    /// The figures.
    var result: EvaluationResult {
        var result = EvaluationResult(options: options)
        result.cases = cases.cases.count
        result.sessions = cases.sessionCount
        result.newProducts = newProducts
        result.catalogue = index.read { $0.sessions.count { $0 > 0 } }
        let methods = EvaluationResult.Method.allCases.filter { tallies[$0] != nil }
        let compared = methods.compactMap { tallies[$0] }
        let sums = Bootstrap(cases, resamples: options.resamples, seed: options.seed).sums(compared)
        for (method, (tally, sums)) in zip(methods, zip(compared, sums)) {
            result.methods[method] = result.figures(tally, sums.all, sums.resampled)
        }
        let alone = Bootstrap(cases, resamples: 0, seed: 0).sums(curve)
        result.curve = zip(curve, alone).map { result.figures($0, $1.all, []) }
        if let walk = methods.firstIndex(of: .walk), let other = methods.firstIndex(of: .neighbours) {
            result.advantage = Bootstrap.figure(
                sums[walk].all.recall - sums[other].all.recall,
                resampled: zip(sums[walk].resampled, sums[other].resampled).map { $0.recall - $1.recall })
        }
        return result
    }
}

/// How often products were touched before the split, which stands in for how often they were shown.
private struct Propensities {
    /// The touches of each product that has any.
    private(set) var touches: [Int32: Int] = [:]
    /// The most popular products, which half of the touches are of.
    private(set) var head: Set<Int32> = []
    private let most: Int

    init(_ log: EventLog, until split: Int) {
        for row in log.rows[..<split] where row.isTouch { touches[row.product, default: 0] += 1 }
        most = touches.values.max() ?? 0
        let total = touches.values.reduce(0, +)
        var sum = 0
        for (product, count) in touches.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) where 2 * sum < total {
            head.insert(product)
            sum += count
        }
    }

    /// The inverse of a product's propensity, which grows with the root of its touches; 0 for a product without any.
    func weight(of product: Int32) -> Double {
        touches[product].map { (Double(most) / Double($0)).squareRoot() } ?? 0
    }
}

extension Visits {
    /// Whether the user never had to do with the product.
    fileprivate func isNew(_ product: Int32, to user: Int32) -> Bool {
        !histories[Int(user)].contains { log.rows[Int($0)].product == product }
    }
}

extension EvaluationResult {
    fileprivate func figures(
        _ tally: EvaluationTally, _ all: EvaluationSums, _ resampled: [EvaluationSums]
    ) -> Figures {
        func figure(_ value: (EvaluationSums) -> Double) -> Figure {
            Bootstrap.figure(value(all), resampled: resampled.map(value))
        }
        return Figures(
            recall: figure(\.recall), reciprocalRank: figure(\.reciprocalRank),
            weightedRecall: figure(\.weightedRecall), tailRecall: figure(\.tailRecall),
            coverage: tally.coverage(of: catalogue), gini: tally.gini(of: catalogue))
    }
}
