import JSON

extension EventDecoder {
    /// Reads a JSON array of posted events: for each element, in order, the event or why it is not an event.
    ///
    /// One bad element does not fail the others, also where a limit refuses it (half a surrogate pair, too many levels,
    /// a number that is too long). Text whose structure is not JSON fails the whole array: nothing then shows where the
    /// next element begins. Issues have the element's index in their location.
    ///
    /// - Parameters:
    ///   - key: Gives ids to the events without their own, by their places.
    ///   - user: The one user that the sender may post events of; nil for any.
    package func decodeBatch(
        array body: [UInt8], receivedAt: Timestamp, key: IdempotencyKey? = nil, user: Int64? = nil
    ) throws(BatchRejection) -> [Result<Event, EventRejection>] {
        var reader = JSONReader(body, maximumDepth: JSONReader.eventDepth + 1)
        reader.skipByteOrderMark()
        let results: [Result<Event, EventRejection>]?
        do throws(JSONSyntaxError) {
            results = try elements(&reader, BatchIdentities(receivedAt: receivedAt, key: key, user: user))
        } catch {
            throw .malformed(error.description)
        }
        guard let results else { throw .tooMany(limit: Self.maximumBatchCount) }
        return results
    }

    /// Reads posted events line by line (NDJSON): for each line that is not blank, in order, the event or why it is not
    /// an event.
    ///
    /// Lines end with LF or CRLF; the last line may lack both. Issues have the event's index in their location.
    ///
    /// - Parameters:
    ///   - key: Gives ids to the events without their own, by their places.
    ///   - user: The one user that the sender may post events of; nil for any.
    package func decodeBatch(
        lines body: [UInt8], receivedAt: Timestamp, key: IdempotencyKey? = nil, user: Int64? = nil
    ) throws(BatchRejection) -> [Result<Event, EventRejection>] {
        var identities = BatchIdentities(receivedAt: receivedAt, key: key, user: user)
        var results: [Result<Event, EventRejection>] = []
        var start = 0
        while start < body.endIndex {
            let end = body[start...].firstIndex(of: UInt8(ascii: "\n")) ?? body.endIndex
            var reader = JSONReader(body, in: start..<end, maximumDepth: JSONReader.eventDepth)
            if start == 0 { reader.skipByteOrderMark() }
            start = end + 1
            guard reader.peek() != nil else { continue }
            guard results.count < Self.maximumBatchCount else { throw .tooMany(limit: Self.maximumBatchCount) }
            let result = line(&reader, after: results, &identities)
            results.append(result)
        }
        return results
    }

    /// The elements of the array that the reader stands before; nil if there are too many.
    private func elements(
        _ reader: inout JSONReader, _ identities: consuming BatchIdentities
    ) throws(JSONSyntaxError) -> [Result<Event, EventRejection>]? {
        guard reader.peek() == UInt8(ascii: "[") else { throw reader.failure("expected a JSON array") }
        var results: [Result<Event, EventRejection>] = []
        try reader.openArray()
        while try reader.nextElement(isFirst: results.isEmpty) {
            guard results.count < Self.maximumBatchCount else { return nil }
            let element = reader
            do throws(JSONSyntaxError) {
                if reader.peek() == UInt8(ascii: "{") {
                    let fields = try EventFields(&reader)
                    let result = event(fields, of: reader, after: results, &identities)
                    results.append(result)
                } else {
                    _ = try reader.value()
                    results.append(.failure(.malformed(Self.notAnObject)))
                }
            } catch {
                guard error.isLimit else { throw error }
                reader = element
                try reader.skipByStructure()
                results.append(.failure(.malformed(error.description)))
            }
        }
        try reader.finish()
        return results
    }

    private func line(
        _ reader: inout JSONReader, after earlier: [Result<Event, EventRejection>], _ identities: inout BatchIdentities
    ) -> Result<Event, EventRejection> {
        do throws(EventRejection) {
            let fields = try object(&reader)
            return event(fields, of: reader, after: earlier, &identities)
        } catch {
            return .failure(error)
        }
    }

    private func event(
        _ fields: EventFields, of reader: JSONReader, after earlier: [Result<Event, EventRejection>],
        _ identities: inout BatchIdentities
    ) -> Result<Event, EventRejection> {
        let (index, receivedAt, key) = (earlier.count, identities.receivedAt, identities.key)
        var validator = EventValidator(
            fields, of: reader, at: [.field("body"), .index(index)], receivedAt: receivedAt,
            user: identities.user)
        var isNamed = false
        do throws(EventRejection) {
            let event = try validator.event { own in
                isNamed = own != nil
                return own ?? EventIdentity(new: key?.id(at: index) ?? ids.next(at: receivedAt))
            }
            // Ids that are given here have no equals.
            if isNamed, let issue = identities.conflict(of: event, at: index, with: earlier) {
                return .failure(.invalid([issue]))
            }
            return .success(event)
        } catch {
            return .failure(error)
        }
    }
}

/// Finds the events of a batch that have the id of an earlier one and other content: one of the two would be lost.
private struct BatchIdentities {
    let receivedAt: Timestamp
    let key: IdempotencyKey?
    let user: Int64?
    /// The place of the first event with each id that a producer gave.
    private var places: [EventID: Int] = [:]

    init(receivedAt: Timestamp, key: IdempotencyKey?, user: Int64?) {
        self.receivedAt = receivedAt
        self.key = key
        self.user = user
    }

    mutating func conflict(
        of event: Event, at index: Int, with earlier: [Result<Event, EventRejection>]
    ) -> ValidationIssue? {
        guard let place = places[event.id], case .success(let first) = earlier[place] else {
            places[event.id] = index
            return nil
        }
        let fields = event.differences(from: first)
        guard !fields.isEmpty else { return nil }
        let difference = event.difference(in: fields, from: first, calledThere: "there")
        return ValidationIssue(
            loc: [.field("body"), .index(index), .field(EventField.eventID.name)],
            msg: "Event \(index) of the batch has the id of event \(place) and other content: \(difference)",
            type: .eventIDConflict)
    }
}
