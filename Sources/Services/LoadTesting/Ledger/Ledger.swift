package import Events

/// Events that were sent to the pipeline, what is known of each, and what the stores had before.
///
/// The form is that of a load test, or a list of accepted events: an id per line, or JSON objects with an `event_id`.
/// Objects that are whole events, as they were posted, name their content as well. All of the text stays in memory, and
/// events are decoded when they are asked for.
package struct Ledger: Sendable {
    /// Where a line names an event's content.
    private struct Place: Sendable, Hashable {
        var piece: Int32
        var range: Range<Int>
    }

    /// Every event once, in the order of the file.
    package private(set) var attempts: [Attempt] = []
    /// How many events the stores had before the first attempt; nil where the ledger does not tell.
    package private(set) var before: (graph: Int, vectors: Int)?

    private var pieces: [[UInt8]] = []
    private var indexes: [EventID: Int] = [:]
    /// The first place of each attempt; nil where only its id is known.
    private var places: [Place?] = []
    /// Places where the same id has other bytes.
    private var otherPlaces: [Int: [Place]] = [:]
    /// Whether the ledger names the outcome of each attempt.
    private var isTold: [Bool] = []

    /// Reads a ledger. An unfinished last line, as a killed program leaves it, does not count.
    ///
    /// - Parameter name: The name of the file, for the error.
    /// - Throws: A ``Failure`` that names the first invalid line.
    package init(_ content: [UInt8], name: String) throws(Failure) {
        try self.init(pieces: [content], name: name)
    }

    /// Reads a ledger that is in pieces, each of whole lines.
    ///
    /// - Throws: As ``init(_:name:)``.
    package init(pieces: [[UInt8]], name: String) throws(Failure) {
        self.pieces = pieces
        var number = 0
        for (piece, bytes) in pieces.enumerated() {
            var start = 0
            while start < bytes.count {
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
                let line = start..<(end ?? bytes.count)
                start = line.upperBound + 1
                if line.isEmpty { continue }
                number += 1
                guard let line = LedgerLine(bytes, in: line) else {
                    if end == nil, piece == pieces.count - 1 { return }
                    throw Failure(
                        description: "line \(number) of \(name) is neither an event id nor an object with an event_id")
                }
                add(line, Int32(piece))
            }
        }
    }

    /// Why a file is not a ledger.
    package struct Failure: Error, CustomStringConvertible {
        /// Names the invalid line.
        package let description: String
    }

    /// The ids of the events that were acknowledged, in the order of the file.
    package var acknowledged: [EventID] { attempts.filter { $0.outcome == .acknowledged }.map(\.id) }

    /// The content of an event, as the ledger names it; several where lines with the same id differ, none where only the
    /// id is known.
    package func events(of id: EventID) -> [Event] {
        guard let index = indexes[id], let first = places[index] else { return [] }
        var events: [Event] = []
        for place in [first] + (otherPlaces[index] ?? []) {
            guard let event = event(at: place) else { continue }
            if !events.contains(where: { $0.differences(from: event).isEmpty }) { events.append(event) }
        }
        return events
    }

    private mutating func add(_ line: LedgerLine, _ piece: Int32) {
        switch line {
        case .run(let graph, let vectors): before = before ?? (graph, vectors)
        case .attempt(let id, let range, let time):
            // Without a line of its own, what became of it is not known.
            note(id, .indeterminate, at: time, Place(piece: piece, range: range))
        case .accepted(let id, let range):
            tell(note(id, .acknowledged, at: nil, range.map { Place(piece: piece, range: $0) }), .acknowledged)
        case .outcome(let outcome, let ids):
            for id in ids { tell(note(id, outcome, at: nil, nil), outcome) }
        }
    }

    /// Notes an outcome: the first that is told replaces the assumption that there was none.
    private mutating func tell(_ index: Int, _ outcome: Attempt.Outcome) {
        if isTold[index] { attempts[index].add(outcome) } else { attempts[index].outcome = outcome }
        isTold[index] = true
    }

    @discardableResult
    private mutating func note(
        _ id: EventID, _ outcome: Attempt.Outcome, at time: Timestamp?, _ place: Place?
    ) -> Int {
        guard let index = indexes[id] else {
            indexes[id] = attempts.count
            attempts.append(Attempt(id: id, outcome: outcome, at: time))
            places.append(place)
            isTold.append(false)
            return attempts.count - 1
        }
        guard let place else { return index }
        if let first = places[index] {
            if !text(at: first).elementsEqual(text(at: place)) { otherPlaces[index, default: []].append(place) }
        } else {
            places[index] = place
        }
        return index
    }

    private func text(at place: Place) -> ArraySlice<UInt8> { pieces[Int(place.piece)][place.range] }

    private static let decoder = EventDecoder()

    private func event(at place: Place) -> Event? {
        // An accepted event is not too far in the future, whenever its ledger is read.
        let latest = Timestamp(microseconds: .max)
        return try? Self.decoder.decode(
            message: Array(text(at: place)), messageID: nil, timestamp: nil, receivedAt: latest, otherwise: latest)
    }
}
