/// What an evaluation has found.
package struct EvaluationResult: Sendable, Hashable {
    /// A way to recommend.
    package enum Method: String, Sendable, Hashable, CaseIterable {
        case popular
        case cosine
        case neighbours
        case vectors
        case walk
    }

    /// A figure, and the interval that it lies in for 95 of 100 resamples of the sessions.
    package struct Figure: Sendable, Hashable {
        package var value: Double
        /// Nil if nothing was resampled.
        package var interval: ClosedRange<Double>?

        package init(value: Double, interval: ClosedRange<Double>? = nil) {
            self.value = value
            self.interval = interval
        }
    }

    /// The figures of a method. All but ``gini`` are better the higher they are; all are from 0 to 1.
    package struct Figures: Sendable, Hashable {
        /// How many of the wanted products were named.
        package var recall: Figure
        /// The mean of 1 / place of the wanted product; 0 where it was not named.
        package var reciprocalRank: Figure
        /// ``recall`` with each wanted product weighted by the inverse of its propensity.
        package var weightedRecall: Figure
        /// ``recall`` over the wanted products that are not popular.
        package var tailRecall: Figure
        /// How much of the catalogue was named at all.
        package var coverage: Double
        /// How unequally products of the catalogue were named: 0 if all equally often, 1 if always the same.
        package var gini: Double

        package init(
            recall: Figure, reciprocalRank: Figure, weightedRecall: Figure, tailRecall: Figure, coverage: Double,
            gini: Double
        ) {
            self.recall = recall
            self.reciprocalRank = reciprocalRank
            self.weightedRecall = weightedRecall
            self.tailRecall = tailRecall
            self.coverage = coverage
            self.gini = gini
        }
    }

    /// The options that led here.
    package var options: EvaluationOptions
    /// The events, and those of them that counted before the first question.
    package var events = 0
    package var trainingEvents = 0
    /// The questions asked, and the sessions that they are of.
    package var cases = 0
    package var sessions = 0
    /// The wanted products that no event before the split touched.
    package var newProducts = 0
    /// The products that coverage is measured against.
    package var catalogue = 0
    package var methods: [Method: Figures] = [:]
    /// The walk's figures without intervals, by debias in the order of the options.
    package var curve: [Figures] = []
    /// The walk's recall less that of V-SKNN, over the same resamples.
    package var advantage: Figure?
    /// The time that the questions took.
    package var time = Duration.zero

    package init(options: EvaluationOptions) {
        self.options = options
    }
}
