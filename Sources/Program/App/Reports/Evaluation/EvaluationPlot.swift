package import Recommending

/// The curve over debias as a drawing: recall, IPS recall and coverage beside each other, each on a scale of its own, with
/// V-SKNN and popularity as lines to compare with.
package struct EvaluationPlot {
    private struct Panel {
        var title: String
        var curve: [Double]
        var neighbours: Double?
        var popular: Double?
    }

    private static let panel = (width: 220.0, height: 170.0)
    private static let gap = 64.0
    private static let top = 102.0
    private static let size = (width: 860.0, height: 330.0)

    private let result: EvaluationResult

    package init(_ result: EvaluationResult) {
        self.result = result
    }

    /// The drawing as one SVG file that needs nothing else, and follows the reader's choice of light or dark.
    package var svg: String {
        let limit = result.options.limit
        let panels = [
            panel("recall@\(limit)") { $0.recall.value },
            panel("IPS recall@\(limit)") { $0.weightedRecall.value },
            panel("coverage@\(limit)") { $0.coverage },
        ]
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.text(Self.size.width)) "
                + "\(Self.text(Self.size.height))\" role=\"img\" aria-labelledby=\"title\">",
            "<title id=\"title\">Recall, IPS recall and coverage of the walk over debias</title>",
            Self.style,
            "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>",
            Self.label("What the debias parameter does", 48, 34, "head"),
        ]
        lines += legend
        for (index, panel) in panels.enumerated() {
            lines += draw(panel, left: 48 + Double(index) * (Self.panel.width + Self.gap))
        }
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    private func panel(_ title: String, _ value: (EvaluationResult.Figures) -> Double) -> Panel {
        Panel(
            title: title, curve: result.curve.map(value), neighbours: result.methods[.neighbours].map(value),
            popular: result.methods[.popular].map(value))
    }

    private var legend: [String] {
        let entries = [("walk", "walk"), ("neighbours", "V-SKNN"), ("popular", "popular")]
        return entries.enumerated().flatMap { index, entry in
            let left = 48 + Double(index) * 110
            return [
                Self.line(left, 54, left + 26, 54, entry.0), Self.label(entry.1, left + 33, 58, ""),
            ]
        }
    }

    private func draw(_ panel: Panel, left: Double) -> [String] {
        let (width, height) = Self.panel
        let most = Self.scale(panel.curve + [panel.neighbours ?? 0, panel.popular ?? 0])
        let right = result.options.curve.max() ?? 1
        func x(_ debias: Double) -> Double { left + (right > 0 ? debias / right : 0) * width }
        func y(_ value: Double) -> Double { Self.top + height - value / most * height }
        let decimals = most < 0.1 ? 3 : 2
        var lines: [String] = [Self.label(panel.title, left, Self.top - 12, "name")]
        for step in 0...2 {
            let value = most * Double(step) / 2
            lines.append(Self.line(left, y(value), left + width, y(value), "grid"))
            lines.append(
                Self.label(value.shown(decimals: decimals), left - 6, y(value) + 4, "end"))
        }
        for debias in result.options.curve where result.options.curve.count <= 4 || (debias * 2).rounded() == debias * 2
        {
            lines.append(Self.label(debias.shown(decimals: 1), x(debias), Self.top + height + 18, "middle"))
        }
        lines.append(Self.label("debias", left + width / 2, Self.top + height + 38, "middle"))
        if let value = panel.popular { lines.append(Self.line(left, y(value), left + width, y(value), "popular")) }
        if let value = panel.neighbours {
            lines.append(Self.line(left, y(value), left + width, y(value), "neighbours"))
        }
        let points = zip(result.options.curve, panel.curve).map { (x: x($0), y: y($1), debias: $0, value: $1) }
        let path = points.map { "\(Self.text($0.x)),\(Self.text($0.y))" }.joined(separator: " ")
        lines.append("<polyline class=\"walk\" points=\"\(path)\"/>")
        for point in points {
            let isDefault = point.debias == result.options.debias
            lines.append(
                "<circle class=\"point\" cx=\"\(Self.text(point.x))\" cy=\"\(Self.text(point.y))\" "
                    + "r=\"\(isDefault ? 4.5 : 2.5)\"/>")
            if isDefault {
                let text = point.value.shown(decimals: decimals + 1)
                // Above the point, unless the drawing ends there.
                let place = point.y < Self.top + 16 ? point.y + 20 : point.y - 10
                lines.append(Self.label(text, point.x, place, "middle value"))
            }
        }
        return lines
    }

    // MARK: - Elements

    /// The end of a scale that holds all values: 1, 2, 3, 4, 5, 6, 8 or 10 of a power of ten.
    static func scale(_ values: [Double]) -> Double {
        let most = values.max() ?? 0
        guard most > 0, most.isFinite else { return 1 }
        var power = 1.0
        while power > most { power /= 10 }
        let step = [1.0, 2, 3, 4, 5, 6, 8, 10].first { $0 * power >= most } ?? 10
        return step * power
    }

    private static let style = """
        <style>
        svg { font: 12px system-ui, sans-serif; }
        .paper { fill: #ffffff; } text { fill: #24292f; } .head { font-size: 16px; font-weight: 600; }
        .name { font-weight: 600; } .end { text-anchor: end; } .middle { text-anchor: middle; }
        .value { font-weight: 600; fill: #0b57c2; }
        line, polyline { fill: none; stroke-width: 2; } .grid { stroke: #d8dee4; stroke-width: 1; }
        .walk { stroke: #0b57c2; } .point { fill: #0b57c2; }
        .neighbours { stroke: #b04a00; stroke-dasharray: 7 4; } .popular { stroke: #6e7781; stroke-dasharray: 2 4; }
        @media (prefers-color-scheme: dark) {
        .paper { fill: #0d1117; } text { fill: #e6edf3; } .grid { stroke: #30363d; }
        .walk { stroke: #6cb2ff; } .point, .value { fill: #6cb2ff; }
        .neighbours { stroke: #ffa657; } .popular { stroke: #9aa4af; }
        }
        </style>
        """

    private static func text(_ value: Double) -> String { value.shown(decimals: 1) }

    private static func label(_ content: String, _ x: Double, _ y: Double, _ name: String) -> String {
        "<text class=\"\(name)\" x=\"\(text(x))\" y=\"\(text(y))\">\(content)</text>"
    }

    private static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ name: String) -> String {
        "<line class=\"\(name)\" x1=\"\(text(x1))\" y1=\"\(text(y1))\" x2=\"\(text(x2))\" y2=\"\(text(y2))\"/>"
    }
}
