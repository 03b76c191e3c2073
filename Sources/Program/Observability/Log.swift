package import Events
import JSON
import Synchronization

/// Writes one line per occurrence: time, level, message, then `key=value` pairs, or all of it as a JSON object.
///
/// Repetitions are held back: lines with the same message are written at most once per second, and the next line tells
/// how many were left out. Safe to use from any thread.
package final class Log: Sendable {
    /// The importance of a line.
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case debug, info, warning, error

        /// From debug to error.
        package static func < (left: Level, right: Level) -> Bool {
            allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
        }
    }

    /// How lines are written.
    package enum Format: String, Sendable, CaseIterable {
        case text, json
    }

    private struct Repetition {
        var writtenAt: Int64
        var heldBack = 0
    }

    private let minimum: Level
    private let format: Format
    private let now: @Sendable () -> Timestamp
    private let write: @Sendable (String) -> Void
    private let repetitions = Mutex<[String: Repetition]>([:])

    /// A log that passes lines of at least `minimum` to `write`, with their line feed.
    package init(
        minimum: Level = .info, format: Format = .text, now: @escaping @Sendable () -> Timestamp,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.minimum = minimum
        self.format = format
        self.now = now
        self.write = write
    }

    /// Writes a line. `message` is fixed text; variable text goes into `fields`, without secrets.
    package func callAsFunction(_ level: Level, _ message: StaticString, _ fields: KeyValuePairs<String, String> = [:])
    {
        guard level >= minimum else { return }
        let moment = now()
        let key = message.description
        let heldBack: Int? = repetitions.withLock { repetitions in
            if var known = repetitions[key], moment.microseconds - known.writtenAt < 1_000_000 {
                known.heldBack += 1
                repetitions[key] = known
                return nil
            }
            let heldBack = repetitions[key]?.heldBack ?? 0
            repetitions[key] = Repetition(writtenAt: moment.microseconds)
            return heldBack
        }
        guard let heldBack else { return }
        switch format {
        case .text:
            var line = "\(moment) \(level.rawValue) \(key)"
            for (name, value) in fields { line += " \(name)=\(Self.quoted(value))" }
            if heldBack > 0 { line += " repeated=\(heldBack)" }
            write(line + "\n")
        case .json:
            var json = JSONWriter()
            json.object { json in
                json.member("time", moment)
                json.member("level", level.rawValue)
                json.member("message", key)
                for (name, value) in fields { json.member(name, value) }
                if heldBack > 0 { json.member("repeated", heldBack) }
            }
            write(String(decoding: json.bytes, as: UTF8.self) + "\n")
        }
    }

    /// The value on one line, quoted where it contains a space, a quotation mark or a line feed.
    private static func quoted(_ value: String) -> String {
        guard value.isEmpty || value.contains(where: { $0 == " " || $0 == "\"" || $0.isNewline }) else { return value }
        let escaped = value.map { character -> String in
            switch character {
            case "\"": "\\\""
            case _ where character.isNewline: "\\n"
            default: String(character)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
