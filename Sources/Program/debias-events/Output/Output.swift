import App
import Events
import Observability
import Platform

/// What commands print. A reader that went away (`| head`) is no failure: the rest is not printed.
enum Output {
    static func print(_ text: String) {
        try? StandardStream.output.write(text)
    }

    static func printError(_ text: String) {
        try? StandardStream.error.write(text)
    }

    /// Whether the user answers yes; the end of input is a no.
    static func asks(_ question: String) -> Bool {
        printError("\(question) [y/N] ")
        return readLine().map { ["y", "yes"].contains($0.lowercased()) } ?? false
    }

    /// The report as one JSON object on a line, or as text for people.
    static func print(_ report: some Report, json: Bool) {
        print(json ? line(report.json) : report.text)
    }

    /// A JSON value on a line.
    static func line(_ json: [UInt8]) -> String {
        String(decoding: json, as: UTF8.self) + "\n"
    }
}

extension Log {
    /// To standard error: standard output is for what a command answers.
    static let standard = Log(now: { .now }, write: { Output.printError($0) })
}

/// Why a command did not succeed: printed, with exit status 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
