/// How recommendations are evaluated.
package struct EvaluationOptions: Sendable, Hashable {
    /// The share of the events, oldest first, that counts before the first question: above 0, below 1.
    package var split: Double
    /// Whether each later event counts once it was asked for; without this, only those before the split count.
    package var isLive: Bool
    /// Every how manieth case is asked; 1 or more.
    package var every: Int
    /// How many products are named in answer to a question.
    package var limit: Int
    /// The exponent of the walk that is compared with the baselines.
    package var debias: Double
    /// The exponents of the walk on the curve.
    package var curve: [Double]
    /// How many times sessions are resampled for the intervals; 0 for no intervals.
    package var resamples: Int
    /// The seed of the resamples.
    package var seed: UInt64
    /// The components of the learned vectors, a multiple of 8; 0 leaves them out.
    package var dimension: Int

    package init(
        split: Double = 0.8, isLive: Bool = false, every: Int = 1, limit: Int = 20,
        debias: Double = RecommendationQuery().debias, curve: [Double] = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5],
        resamples: Int = 1_000, seed: UInt64 = 1, dimension: Int = 0
    ) {
        self.split = split
        self.isLive = isLive
        self.every = every
        self.limit = limit
        self.debias = debias
        self.curve = curve
        self.resamples = resamples
        self.seed = seed
        self.dimension = dimension
    }
}
