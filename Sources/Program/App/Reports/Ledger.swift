package import Events

/// The accepted events: an id per line, or JSON objects with an `event_id`. Objects that are whole events, as they were
/// posted, name their content as well.
package struct Ledger: Sendable {
    /// Every id once, in the order of the file.
    package private(set) var ids: [EventID] = []
    /// The content of the lines that name it, by id; more than one where lines with the same id differ.
    package private(set) var events: [EventID: [Event]] = [:]

    /// Reads a ledger. An unfinished last line, as a killed program leaves it, does not count.
    ///
    /// - Parameter name: The name of the file, for the error.
    /// - Throws: A ``Failure`` that names the first invalid line.
    package init(_ content: [UInt8], name: String) throws(Failure) {
        var known: Set<EventID> = []
        let isFinished = content.last == UInt8(ascii: "\n")
        let lines = content.split(separator: UInt8(ascii: "\n"))
        for (index, line) in lines.enumerated() {
            guard let (id, event) = Self.entry(in: line) else {
                if index == lines.count - 1, !isFinished { break }
                throw Failure(
                    description: "line \(index + 1) of \(name) is neither an event id nor an object with an event_id")
            }
            if known.insert(id).inserted { ids.append(id) }
            if let event, events[id]?.contains(where: { $0.differences(from: event).isEmpty }) != true {
                events[id, default: []].append(event)
            }
        }
    }

    /// Why a file is not a ledger.
    package struct Failure: Error, CustomStringConvertible {
        /// Names the invalid line.
        package let description: String
    }

    private static let decoder = EventDecoder()

    private static func entry(in line: ArraySlice<UInt8>) -> (EventID, Event?)? {
        var line = line
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        if let id = EventID(anySpelling: line) { return (id, nil) }
        let object = Array(line)
        guard let id = decoder.namedID(in: object) else { return nil }
        // An accepted event is not too far in the future, whenever its ledger is read.
        let latest = Timestamp(microseconds: .max)
        let event = try? decoder.decode(
            message: object, messageID: nil, timestamp: nil, receivedAt: latest, otherwise: latest)
        return (id, event)
    }
}
