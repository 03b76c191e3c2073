package import Events
import JSON

/// The ids of accepted events: one per line, or JSON objects with an `event_id`.
package struct Ledger: Sendable {
    /// Every id once, in the order of the file.
    package private(set) var ids: [EventID] = []

    /// Reads a ledger. An unfinished last line, as a killed program leaves it, does not count.
    ///
    /// - Parameter name: The name of the file, for the error.
    /// - Throws: A ``Failure`` that names the first invalid line.
    package init(_ content: [UInt8], name: String) throws(Failure) {
        var known: Set<EventID> = []
        let isFinished = content.last == UInt8(ascii: "\n")
        let lines = content.split(separator: UInt8(ascii: "\n"))
        for (index, line) in lines.enumerated() {
            guard let id = Self.id(in: line) else {
                if index == lines.count - 1, !isFinished { break }
                throw Failure(
                    description: "line \(index + 1) of \(name) is neither an event id nor an object with an event_id")
            }
            if known.insert(id).inserted { ids.append(id) }
        }
    }

    /// Why a file is not a ledger.
    package struct Failure: Error, CustomStringConvertible {
        /// Names the invalid line.
        package let description: String
    }

    private static func id(in line: ArraySlice<UInt8>) -> EventID? {
        var line = line
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        if let id = EventID(utf8: line) { return id }
        guard case .object(let fields)? = try? JSONValue(parsing: Array(line)),
            case .string(let text) = fields["event_id"]
        else { return nil }
        return EventID(text)
    }
}
