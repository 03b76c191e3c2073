import JSON

extension EventDecoder {
    /// Reads a JSON array of posted events: for each element, in order, the event or why it is not an event.
    ///
    /// One bad element does not fail the others, but text that is not JSON fails the whole array: nothing then shows
    /// where the next element begins. Issues have the element's index in their location.
    package func decodeBatch(
        array body: [UInt8], receivedAt: Timestamp
    ) throws(BatchRejection) -> [Result<Event, EventRejection>] {
        var reader = JSONReader(body, maximumDepth: JSONReader.eventDepth + 1)
        reader.skipByteOrderMark()
        let results: [Result<Event, EventRejection>]?
        do throws(JSONSyntaxError) {
            results = try elements(&reader, receivedAt: receivedAt)
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
    package func decodeBatch(
        lines body: [UInt8], receivedAt: Timestamp
    ) throws(BatchRejection) -> [Result<Event, EventRejection>] {
        var results: [Result<Event, EventRejection>] = []
        var start = 0
        while start < body.endIndex {
            let end = body[start...].firstIndex(of: UInt8(ascii: "\n")) ?? body.endIndex
            var reader = JSONReader(body, in: start..<end, maximumDepth: JSONReader.eventDepth)
            if start == 0 { reader.skipByteOrderMark() }
            start = end + 1
            guard reader.peek() != nil else { continue }
            guard results.count < Self.maximumBatchCount else { throw .tooMany(limit: Self.maximumBatchCount) }
            results.append(line(&reader, index: results.count, receivedAt: receivedAt))
        }
        return results
    }

    /// The elements of the array that the reader stands before; nil if there are too many.
    private func elements(
        _ reader: inout JSONReader, receivedAt: Timestamp
    ) throws(JSONSyntaxError) -> [Result<Event, EventRejection>]? {
        guard reader.peek() == UInt8(ascii: "[") else { throw reader.failure("expected a JSON array") }
        var results: [Result<Event, EventRejection>] = []
        try reader.openArray()
        while try reader.nextElement(isFirst: results.isEmpty) {
            guard results.count < Self.maximumBatchCount else { return nil }
            if reader.peek() == UInt8(ascii: "{") {
                let fields = try EventFields(&reader)
                results.append(event(fields, of: reader, index: results.count, receivedAt: receivedAt))
            } else {
                _ = try reader.value()
                results.append(.failure(.malformed(Self.notAnObject)))
            }
        }
        try reader.finish()
        return results
    }

    private func line(_ reader: inout JSONReader, index: Int, receivedAt: Timestamp) -> Result<Event, EventRejection> {
        do throws(EventRejection) {
            let fields = try object(&reader)
            return event(fields, of: reader, index: index, receivedAt: receivedAt)
        } catch {
            return .failure(error)
        }
    }

    private func event(
        _ fields: EventFields, of reader: JSONReader, index: Int, receivedAt: Timestamp
    ) -> Result<Event, EventRejection> {
        var validator = EventValidator(
            fields, of: reader, at: [.field("body"), .index(index)], receivedAt: receivedAt)
        do throws(EventRejection) {
            return .success(try validator.event { ownID in ownID ?? ids.next(at: receivedAt) })
        } catch {
            return .failure(error)
        }
    }
}
