import App
import Events
import Observability
import Platform

/// Prints the output of commands. A reader that went away (`| head`) is not a failure: the rest is not printed.
enum Output {
    static func print(_ text: String) {
        try? StandardStream.output.write(text.shown(keepingLines: true))
    }

    static func printError(_ text: String) {
        try? StandardStream.error.write(text.shown(keepingLines: true))
    }

    /// Moves the cursor; the caller has made sure that `text` holds nothing of others that could.
    static func draw(_ text: String) {
        try? StandardStream.error.write(text)
    }

    /// Empties the screen of standard output, which is a terminal, for what is printed next.
    static func clearScreen() {
        try? StandardStream.output.write("\u{1B}[H\u{1B}[J")
    }

    /// Whether the user answers yes; the end of input counts as no.
    static func asks(_ question: String) -> Bool {
        printError("\(question) [y/N] ")
        return readLine().map { ["y", "yes"].contains($0.lowercased()) } ?? false
    }

    /// Prints the report as one JSON object on a line, or as text for people.
    static func print(_ report: some Report, json: Bool) {
        print(json ? line(report.json) : report.text)
    }

    /// A JSON value as one line.
    static func line(_ json: [UInt8]) -> String {
        String(decoding: json, as: UTF8.self) + "\n"
    }
}

extension Log {
    /// Prints to standard error, since standard output is for a command's results.
    static let standard = Log(now: { .now }, write: { Output.printError($0) })
}

/// Why a command did not succeed; printed, with exit status 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
