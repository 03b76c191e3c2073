/// Writes metrics in Prometheus' text format (version 0.0.4): per metric a line with its help, a line with its type,
/// and a line per sample.
package struct MetricsText: Sendable {
    package enum Kind: String, Sendable {
        case gauge, counter
    }

    /// Names and values that tell samples of a metric apart.
    package typealias Labels = [(String, String)]

    /// All that was added.
    package private(set) var text = ""

    /// No metrics yet.
    package init() {}

    /// - Parameter samples: Values by their labels; an empty list leaves out the metric, whose value is unknown.
    package mutating func add(
        _ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: Labels, value: Double)]
    ) {
        guard !samples.isEmpty else { return }
        begin(name, kind.rawValue, help)
        for sample in samples { line(name, sample.labels, Self.number(sample.value)) }
    }

    /// Adds a metric of one sample without labels.
    package mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        add(name, kind, help, [([], value)])
    }

    /// Adds a metric of histograms; an empty list leaves it out.
    package mutating func add(
        _ name: String, _ help: String, _ histograms: [(labels: Labels, snapshot: Histogram.Snapshot)]
    ) {
        guard !histograms.isEmpty else { return }
        begin(name, "histogram", help)
        for (labels, snapshot) in histograms {
            var sum = 0
            let unit = snapshot.buckets.unit
            for (bound, count) in zip(snapshot.buckets.bounds, snapshot.counts) {
                sum += count
                line("\(name)_bucket", labels + [("le", Self.number(bound, unit))], "\(sum)")
            }
            let count = snapshot.count
            line("\(name)_bucket", labels + [("le", "+Inf")], "\(count)")
            line("\(name)_sum", labels, Self.number(snapshot.sum, unit))
            line("\(name)_count", labels, "\(count)")
        }
    }

    private mutating func begin(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func line(_ name: String, _ labels: Labels, _ value: String) {
        text += name
        if !labels.isEmpty {
            text += "{"
            for (index, label) in labels.enumerated() {
                if index > 0 { text += "," }
                text += "\(label.0)=\"\(Self.escaped(label.1))\""
            }
            text += "}"
        }
        text += " \(value)\n"
    }

    private static func number(_ value: Int, _ unit: Int) -> String {
        unit == 1 ? "\(value)" : number(Double(value) / Double(unit))
    }

    private static func number(_ value: Double) -> String {
        Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") || $0 == 10 }) else {
            return value
        }
        var escaped = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
