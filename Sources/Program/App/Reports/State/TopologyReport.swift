import JSON
package import Messaging

/// Compares the topology of a broker with the configured one.
package struct TopologyReport: Report, Sendable {
    /// A finding per exchange, queue and binding, in the topology's order.
    package let findings: [TopologyFinding]

    /// Whether no part is missing or differs, as far as the broker can tell.
    package var isGood: Bool { findings.allSatisfy(\.isGood) }

    /// Inspects the broker and changes nothing.
    ///
    /// - Throws: ``MessagingError`` if the broker is away.
    package static func check(_ backEnds: BackEnds) async throws(MessagingError) -> TopologyReport {
        try await read(backEnds, declaring: false)
    }

    /// Creates missing parts, then inspects the broker.
    ///
    /// - Throws: `.topologyMismatch`, naming each differing argument; `.unavailable` if the broker is away.
    package static func declare(_ backEnds: BackEnds) async throws(MessagingError) -> TopologyReport {
        try await read(backEnds, declaring: true)
    }

    private static func read(
        _ backEnds: BackEnds, declaring: Bool
    ) async throws(MessagingError) -> TopologyReport {
        try await Scope.with { (scope) async throws(MessagingError) in
            let broker = scope.add(try await backEnds.connectBroker(nil)) { await $0.close() }
            if declaring { try await broker.declare(backEnds.topology) }
            return TopologyReport(findings: try await broker.inspect(backEnds.topology))
        }
    }

    /// One JSON object: `status` (`same`, `different`) and `parts`, each with `part`, `name`, `state` (`same`, `missing`,
    /// `different`, `unknown`), `wanted` and `differences`.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("status", isGood ? "same" : "different")
            json.key("parts")
            json.array { json in
                for finding in findings { Self.write(finding, &json) }
            }
        }
        return json.bytes
    }

    private static func write(_ finding: TopologyFinding, _ json: inout JSONWriter) {
        json.object { json in
            json.member("part", finding.part.rawValue)
            json.member("name", finding.name)
            json.member("state", finding.stateName)
            json.key("wanted")
            json.object { json in
                for entry in finding.wanted.entries { json.member(entry.key, entry.value.argumentText) }
            }
            guard case .different(let differences) = finding.state else { return }
            json.key("differences")
            json.array { json in
                for difference in differences {
                    json.object { json in
                        json.member("argument", difference.argument)
                        if let wanted = difference.wanted { json.member("wanted", wanted) }
                        if let found = difference.found { json.member("found", found) }
                    }
                }
            }
        }
    }

    /// A table for people: a line per part, or per difference of a part.
    package var text: String {
        TextTable(
            header: ["part", "name", "wanted", "found", "difference"], columns: Array(repeating: .left, count: 5),
            rows: findings.flatMap(\.rows)
        ).text
    }
}

extension TopologyFinding {
    fileprivate var stateName: String {
        switch state {
        case .same: "same"
        case .missing: "missing"
        case .different: "different"
        case .unknown: "unknown"
        }
    }

    fileprivate var rows: [[String]] {
        let properties = wanted.entries.map { "\($0.key)=\($0.value.argumentText)" }.joined(separator: " ")
        let head = [part.rawValue, name, properties]
        switch state {
        case .same: return [head + ["as wanted", ""]]
        case .missing: return [head + ["nothing", "missing"]]
        case .unknown(let reason): return [head + ["not known", reason]]
        case .different(let differences):
            return differences.enumerated().map { index, difference in
                (index == 0 ? head : ["", "", ""]) + [
                    "\(difference.argument)=\(difference.found ?? "(not set)")",
                    "\(difference.argument): wanted \(difference.wanted ?? "(not set)")",
                ]
            }
        }
    }
}
