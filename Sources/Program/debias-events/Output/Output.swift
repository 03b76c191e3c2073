import App
import JSON
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

    /// One JSON object on a line.
    static func json(_ members: KeyValuePairs<String, String>) -> String {
        var json = JSONWriter()
        json.object { json in
            for (name, value) in members { json.member(name, value) }
        }
        return line(json)
    }

    static func line(_ json: JSONWriter) -> String {
        String(decoding: json.bytes, as: UTF8.self) + "\n"
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
