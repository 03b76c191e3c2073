package import FileImport
import JSON
package import Recommending

/// What `evaluate` has found.
package struct EvaluationReport: Report, Sendable {
    private let file: String
    private let summary: ImportSummary
    private let result: EvaluationResult

    package init(_ result: EvaluationResult, of summary: ImportSummary, file: String) {
        self.result = result
        self.summary = summary
        self.file = file
    }

    private var methods: [(method: EvaluationResult.Method, figures: EvaluationResult.Figures)] {
        EvaluationResult.Method.allCases.compactMap { method in result.methods[method].map { (method, $0) } }
    }

    // MARK: - JSON

    /// One JSON object; times in seconds.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("format", summary.format?.rawValue ?? "unknown")
            json.member("read", summary.read)
            json.member("rejected", summary.rejected)
            json.member("events", result.events)
            json.member("training_events", result.trainingEvents)
            json.member("live", result.options.isLive)
            json.member("every", result.options.every)
            json.member("cases", result.cases)
            json.member("sessions", result.sessions)
            json.member("new_products", result.newProducts)
            json.member("catalogue", result.catalogue)
            json.member("limit", result.options.limit)
            json.member("debias", result.options.debias)
            json.key("methods")
            json.object { json in
                for (method, figures) in methods {
                    json.key(method.rawValue)
                    json.object { Self.write(figures, to: &$0) }
                }
            }
            if let advantage = result.advantage {
                json.key("walk_minus_neighbours")
                json.object { Self.write("recall", advantage, to: &$0) }
            }
            json.key("curve")
            json.array { json in
                for (debias, figures) in zip(result.options.curve, result.curve) {
                    json.object { json in
                        json.member("debias", debias)
                        Self.write(figures, to: &json)
                    }
                }
            }
            json.member("reading_seconds", summary.time / .seconds(1))
            json.member("seconds", result.time / .seconds(1))
        }
        return json.bytes
    }

    private static func write(_ figures: EvaluationResult.Figures, to json: inout JSONWriter) {
        write("recall", figures.recall, to: &json)
        write("mrr", figures.reciprocalRank, to: &json)
        write("ips_recall", figures.weightedRecall, to: &json)
        write("tail_recall", figures.tailRecall, to: &json)
        json.member("coverage", figures.coverage)
        json.member("gini", figures.gini)
    }

    private static func write(_ name: String, _ figure: EvaluationResult.Figure, to json: inout JSONWriter) {
        json.member(name, figure.value)
        guard let interval = figure.interval else { return }
        json.key("\(name)_interval")
        json.array { json in
            json.double(interval.lowerBound)
            json.double(interval.upperBound)
        }
    }

    // MARK: - Text

    package var text: String {
        let counts = result.options.isLive ? "live" : "with frozen counts"
        var text =
            "\(file): \(summary.format?.rawValue ?? "no events"), \(result.events) events, "
            + "\(result.trainingEvents) before the split\n"
            + "\(result.cases) questions in \(result.sessions) sessions, \(counts); reading "
            + "\(summary.time.inSeconds) s, asking \(result.time.inSeconds) s\n"
        guard result.cases > 0 else { return text }
        text += "\n" + table + "\n" + curve + "\n"
        return text + findings.map { $0 + "\n" }.joined()
    }

    /// Two lines for each method, its figures and below them their intervals: 80 columns in all.
    private var table: String {
        TextTable(
            header: [
                "in percent", "recall@\(result.options.limit)", "MRR", "IPS recall", "tail recall", "coverage", "Gini",
            ],
            columns: [.left] + Array(repeating: .right, count: 6),
            rows: methods.flatMap { method, figures in
                let estimates = [
                    figures.recall, figures.reciprocalRank, figures.weightedRecall, figures.tailRecall,
                ]
                let values = estimates.map(\.value) + [figures.coverage, figures.gini]
                let intervals = estimates.map { estimate in
                    estimate.interval.map { "\($0.lowerBound.hundredfold)-\($0.upperBound.hundredfold)" } ?? ""
                }
                let row = [Self.name(of: method, result.options)] + values.map(\.hundredfold)
                return intervals.allSatisfy(\.isEmpty) ? [row] : [row, [""] + intervals + ["", ""]]
            }
        ).text
    }

    private var curve: String {
        TextTable(
            header: ["walk, debias", "recall", "IPS recall", "tail recall", "coverage", "Gini"],
            columns: Array(repeating: .right, count: 6),
            rows: zip(result.options.curve, result.curve).map { debias, figures in
                ["\(debias)"]
                    + [
                        figures.recall.value, figures.weightedRecall.value, figures.tailRecall.value, figures.coverage,
                        figures.gini,
                    ].map(\.hundredfold)
            }
        ).text
    }

    /// What the figures mean for the shop, a sentence each.
    private var findings: [String] {
        guard let walk = result.methods[.walk], let neighbours = result.methods[.neighbours],
            let popular = result.methods[.popular]
        else { return [] }
        var sentences = [
            "The walk named \(walk.recall.value.percent) of what users turned to next "
                + "(V-SKNN \(neighbours.recall.value.percent), popular \(popular.recall.value.percent))."
        ]
        if let interval = result.advantage?.interval {
            let (low, high) = (interval.lowerBound * 100, interval.upperBound * 100)
            sentences.append(
                low > 0
                    ? "It is ahead of V-SKNN by \(Self.points(low, high)), which is not chance."
                    : high < 0
                        ? "It is behind V-SKNN by \(Self.points(-high, -low)), which is not chance."
                        : "Whether it is ahead of V-SKNN is open: \(Self.points(low, high)).")
        }
        sentences.append("It named \(walk.coverage.percent) of the catalogue (popular \(popular.coverage.percent)).")
        if let best = zip(result.options.curve, result.curve).max(by: {
            $0.1.weightedRecall.value < $1.1.weightedRecall.value
        }) {
            sentences.append("Corrected for popularity, it finds most at debias \(best.0).")
        }
        if result.newProducts > 0 {
            let share = Double(result.newProducts) / Double(result.cases)
            sentences.append(
                "\(share.percent) of the wanted products are new since the split"
                    + (result.options.isLive ? "." : ": only --live can name them."))
        }
        return sentences
    }

    private static func points(_ low: Double, _ high: Double) -> String {
        "\(low.shown(decimals: 2)) to \(high.shown(decimals: 2)) points (95 %)"
    }

    static func name(of method: EvaluationResult.Method, _ options: EvaluationOptions) -> String {
        switch method {
        case .popular: "popular"
        case .cosine: "co-view cosine"
        case .neighbours: "V-SKNN"
        case .vectors: "vectors, \(options.dimension)"
        case .walk: "walk, debias \(options.debias)"
        }
    }
}
