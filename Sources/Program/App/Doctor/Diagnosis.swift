import JSON

/// What was found out about one part of the pipeline.
package struct Diagnosis: Sendable, Hashable {
    /// The result of a check.
    package enum Finding: Sendable, Hashable {
        /// All is well; the text tells what was seen.
        case good(String)
        /// The pipeline works, and something should be known or done.
        case warning(String, remedy: String)
        /// The pipeline cannot work, or not as configured.
        case failure(String, remedy: String)
    }

    /// What was checked, such as `broker` or `graph constraints`.
    package var check: String
    package var finding: Finding

    init(_ check: String, _ finding: Finding) {
        self.check = check
        self.finding = finding
    }
}

/// The findings of `doctor`.
package struct DoctorReport: Report, Sendable {
    package var diagnoses: [Diagnosis]

    /// Whether nothing stops the pipeline.
    ///
    /// - Parameter strictly: Warnings count too.
    package func isWell(strictly: Bool) -> Bool {
        diagnoses.allSatisfy { diagnosis in
            switch diagnosis.finding {
            case .good: true
            case .warning: !strictly
            case .failure: false
            }
        }
    }

    /// One JSON object: `status` (`ok`, `warning`, `failure`) and `checks`, each with `check`, `status`, `finding` and,
    /// where something is to be done, `remedy`.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("status", isWell(strictly: true) ? "ok" : isWell(strictly: false) ? "warning" : "failure")
            json.key("checks")
            json.array { json in
                for diagnosis in diagnoses {
                    json.object { json in
                        json.member("check", diagnosis.check)
                        json.member("status", diagnosis.finding.status)
                        json.member("finding", diagnosis.finding.text)
                        if let remedy = diagnosis.finding.remedy { json.member("remedy", remedy) }
                    }
                }
            }
        }
        return json.bytes
    }

    /// A line per check, what is to be done on a line of its own, and a verdict.
    package var text: String {
        let width = diagnoses.map(\.check.count).max() ?? 0
        var lines: [String] = []
        for diagnosis in diagnoses {
            let padded = diagnosis.check + String(repeating: " ", count: width - diagnosis.check.count)
            lines.append("\(diagnosis.finding.sign)  \(padded)  \(diagnosis.finding.text.shown(keepingLines: false))")
            if let remedy = diagnosis.finding.remedy {
                lines.append("\(String(repeating: " ", count: 6 + width + 2))-> \(remedy.shown(keepingLines: false))")
            }
        }
        let failures = diagnoses.count { $0.finding.status == "failure" }
        let warnings = diagnoses.count { $0.finding.status == "warning" }
        lines.append("")
        switch (failures, warnings) {
        case (0, 0): lines.append("All is well.")
        case (0, _): lines.append("The pipeline works; \(warnings == 1 ? "one warning" : "\(warnings) warnings").")
        default:
            lines.append("The pipeline does not work as configured: \(failures) of \(diagnoses.count) checks failed.")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Diagnosis.Finding {
    var status: String {
        switch self {
        case .good: "ok"
        case .warning: "warning"
        case .failure: "failure"
        }
    }

    fileprivate var sign: String {
        switch self {
        case .good: "ok  "
        case .warning: "warn"
        case .failure: "FAIL"
        }
    }

    var text: String {
        switch self {
        case .good(let text), .warning(let text, _), .failure(let text, _): text
        }
    }

    var remedy: String? {
        switch self {
        case .good: nil
        case .warning(_, let remedy), .failure(_, let remedy): remedy
        }
    }
}
