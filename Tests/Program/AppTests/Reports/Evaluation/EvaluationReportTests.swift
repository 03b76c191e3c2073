import FileImport
import JSON
import Recommending
import Testing

@testable import App

@Suite("The report of an evaluation") struct EvaluationReportTests {
    static func figures(
        _ recall: Double, _ interval: ClosedRange<Double>? = nil, weighted: Double = 0.5, coverage: Double = 0.25,
        all: ClosedRange<Double>? = nil
    ) -> EvaluationResult.Figures {
        EvaluationResult.Figures(
            recall: .init(value: recall, interval: interval), reciprocalRank: .init(value: recall / 2, interval: all),
            weightedRecall: .init(value: weighted, interval: all), tailRecall: .init(value: 0.125, interval: all),
            coverage: coverage, gini: 0.75)
    }

    static var result: EvaluationResult {
        var result = EvaluationResult(options: EvaluationOptions(isLive: true, curve: [0, 0.25, 1.5]))
        result.events = 1_000
        result.trainingEvents = 800
        result.cases = 100
        result.sessions = 40
        result.newProducts = 10
        result.methods = [
            .popular: figures(0.0451, coverage: 0.01), .neighbours: figures(0.125), .walk: figures(0.25, 0.099...0.3),
        ]
        result.advantage = .init(value: 0.125, interval: 0.075...0.1755)
        result.curve = [figures(0.24), figures(0.25, weighted: 0.75), figures(0.125, coverage: 0.5)]
        result.time = .milliseconds(1_500)
        return result
    }

    private var summary: ImportSummary {
        var summary = ImportSummary()
        summary.format = .rees46
        summary.time = .milliseconds(250)
        return summary
    }

    private func text(_ change: (inout EvaluationResult) -> Void = { _ in }) -> String {
        var result = Self.result
        change(&result)
        return EvaluationReport(result, of: summary, file: "a.csv").text
    }

    @Test("has two lines for each method, the curve, and sentences that say what it means")
    func table() {
        #expect(
            text() == """
                a.csv: rees46, 1000 events, 800 before the split
                100 questions in 40 sessions, live; reading 0.25 s, asking 1.50 s

                in percent         recall@20   MRR  IPS recall  tail recall  coverage  Gini
                popular                 4.51  2.26        50.0         12.5      1.00  75.0
                V-SKNN                  12.5  6.25        50.0         12.5      25.0  75.0
                walk, debias 0.25       25.0  12.5        50.0         12.5      25.0  75.0
                                   9.90-30.0

                walk, debias  recall  IPS recall  tail recall  coverage  Gini
                         0.0    24.0        50.0         12.5      25.0  75.0
                        0.25    25.0        75.0         12.5      25.0  75.0
                         1.5    12.5        50.0         12.5      50.0  75.0

                The walk named 25 % of what users turned to next (V-SKNN 13 %, popular 4.5 %).
                It is ahead of V-SKNN by 7.50 to 17.55 points (95 %), which is not chance.
                It named 25 % of the catalogue (popular 1.0 %).
                Corrected for popularity, it finds most at debias 0.25.
                10 % of the wanted products are new since the split.

                """)
    }

    @Test(
        "does not call chance an advantage, nor a defeat a draw",
        arguments: [
            (-0.01...0.03, "Whether it is ahead of V-SKNN is open: -1.00 to 3.00 points (95 %)."),
            (-0.03 ... -0.01, "It is behind V-SKNN by 1.00 to 3.00 points (95 %), which is not chance."),
        ])
    func chance(interval: ClosedRange<Double>, sentence: String) {
        let shown = text { $0.advantage?.interval = interval }
        #expect(shown.contains("\n\(sentence)\n"))
    }

    @Test("fits a terminal of 80 columns, however wide the figures")
    func width() {
        let shown = text {
            for method in EvaluationResult.Method.allCases {
                $0.methods[method] = Self.figures(0.5, 0.0999...0.999, all: 0.0999...0.999)
            }
            $0.options.isLive = false
            $0.options.dimension = 1_024
        }
        #expect(shown.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(shown)")
    }

    @Test("has no figures where nothing was asked")
    func nothing() {
        let shown = text {
            $0.cases = 0
            $0.methods = [:]
        }
        #expect(!shown.contains("recall") && shown.contains("0 questions"))
    }

    @Test("as JSON has the same figures, with intervals where there are any")
    func json() throws {
        let json = try JSONValue(parsing: EvaluationReport(Self.result, of: summary, file: "a.csv").json)
        guard case .object(let members) = json, case .object(let methods)? = members["methods"],
            case .object(let walk)? = methods["walk"], case .array(let curve)? = members["curve"]
        else {
            Issue.record("\(json)")
            return
        }
        #expect(members["cases"] == .integer(100) && members["live"] == .bool(true))
        #expect(Set(methods.keys) == ["popular", "neighbours", "walk"])
        #expect(walk["recall"] == .number(0.25))
        #expect(walk["recall_interval"] == .array([.number(0.099), .number(0.3)]))
        #expect(walk["mrr"] == .number(0.125) && walk["mrr_interval"] == nil)
        #expect(curve.count == 3)
    }

    @Test(
        "numbers have a fixed number of decimals, and shares three digits",
        arguments: [
            (0.0, "0.00", "0.00"), (0.005, "0.01", "0.50"), (-0.004, "0.00", "-0.40"), (0.099949, "0.10", "9.99"),
            (0.09995, "0.10", "10.0"), (-1.239, "-1.24", "-123.90"), (0.9994, "1.00", "99.9"), (1, "1.00", "100"),
            (.infinity, "inf", "inf"),
        ])
    func decimals(value: Double, text: String, share: String) {
        #expect(value.shown(decimals: 2) == text)
        #expect(value.hundredfold == share)
    }
}
