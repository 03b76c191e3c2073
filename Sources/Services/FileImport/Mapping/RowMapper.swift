import Events
import JSON

/// Makes events from the records of one CSV file, in their order.
struct RowMapper: RecordDecoding {
    private let columns: Columns
    private let latestTime: Timestamp
    private var sessions: SessionCutter
    private var identity = RowIdentity()
    private var cutDetector: CutDetector

    /// Creates a mapper for records with these columns.
    ///
    /// - Parameter latestTime: Events after this time are rejected.
    init(columns: Columns, sessions: SessionCutter, latestTime: Timestamp) {
        self.columns = columns
        self.sessions = sessions
        self.latestTime = latestTime
        cutDetector = CutDetector(columns: columns)
    }

    /// The event of the scanner's current record.
    mutating func event(of row: RecordScanner) throws(Rejection) -> Event {
        guard row.fields.count == columns.count else {
            if row.isUnterminated, row.fields.count < columns.count { throw Self.cutLine }
            throw Rejection(.wrongFieldCount, "\(row.fields.count) fields instead of \(columns.count)")
        }
        if cutDetector.isCut(row) { throw Self.cutLine }
        guard row.isASCII || String(validating: row.record, as: UTF8.self) != nil else {
            throw Rejection(.invalidEncoding, "not UTF-8")
        }
        let userID = try identifier("user_id", row.field(columns.userID))
        let time = try time(row.field(columns.eventTime))
        // The session comes before all further checks: even a row that is rejected is part of its user's session.
        let session = try session(of: userID, at: time, in: row)
        var event = Event(
            id: EventID(high: 0, low: 0), userID: userID,
            productID: try identifier("product_id", row.field(columns.productID)),
            type: try type(row.field(columns.eventType)), session: session.name, time: time)
        if session.isAssigned { event.defaulted = .userSession }
        try addOptionalFields(of: row, to: &event)
        event.id = try id(of: event, in: row)
        return event
    }

    private static let cutLine = Rejection(.cutLine, "the file ends in the middle of its last line")

    // MARK: Fields

    private func identifier(_ name: String, _ text: ArraySlice<UInt8>) throws(Rejection) -> Int64 {
        guard let value = FieldParser.positiveInteger(text) else {
            throw .field(name, "\(name) is not a whole number from 1 to \(Int64.max)")
        }
        return value
    }

    private func time(_ text: ArraySlice<UInt8>) throws(Rejection) -> Timestamp {
        let time: Timestamp
        do throws(Timestamp.ParsingError) {
            time = try FieldParser.time(text)
        } catch {
            throw .field("event_time", "event_time is neither a date and time nor unix seconds: \(error)")
        }
        guard time <= latestTime else { throw .field("event_time", "event_time is more than a day in the future") }
        return time
    }

    private func type(_ text: ArraySlice<UInt8>) throws(Rejection) -> EventType {
        let name = String(decoding: text, as: UTF8.self)
        if let type = EventNames.type(name) { return type }
        throw Rejection(.unknownEventType(name), "no event type matches \(text.excerpt())")
    }

    /// The row's session, and whether it was assigned because the row names none.
    private mutating func session(
        of userID: Int64, at time: Timestamp, in row: RecordScanner
    ) throws(Rejection) -> (name: String, isAssigned: Bool) {
        guard let column = columns.session else { return (sessions.session(of: userID, at: time), true) }
        if let own = try text("user_session", row.field(column)) { return (own, false) }
        return (SessionCutter.standIn(for: userID, on: time), true)
    }

    private func addOptionalFields(of row: RecordScanner, to event: inout Event) throws(Rejection) {
        if let content = content(columns.price, of: row) {
            guard let price = FieldParser.price(content) else {
                throw .field("price", "price is not a number of 0 or more")
            }
            event.price = price
        }
        if let content = content(columns.quantity, of: row) {
            event.quantity = try identifier("quantity", content)
        }
        if let column = columns.brand { event.brand = try text("brand", row.field(column)) }
        if let column = columns.categoryCode { event.categoryCode = try text("category_code", row.field(column)) }
        event.properties = try properties(of: row)
    }

    /// A field's content; nil if the file has no such column or the field is blank.
    private func content(_ column: Int?, of row: RecordScanner) -> ArraySlice<UInt8>? {
        guard let column else { return nil }
        let content = row.field(column)
        return content.isEmpty ? nil : content
    }

    /// A text by the rules of posted events; nil if it is blank.
    private func text(_ name: String, _ content: ArraySlice<UInt8>) throws(Rejection) -> String? {
        guard !content.isEmpty else { return nil }
        let text = String(decoding: content, as: UTF8.self)
        guard FieldParser.isValid(text) else {
            throw .field(
                name, "\(name) has more than \(FieldParser.maximumTextLength) characters or control characters")
        }
        return text
    }

    /// The columns for which events have no field, as strings: numbers among them may exceed the range of JSON readers.
    private func properties(of row: RecordScanner) throws(Rejection) -> JSONValue? {
        var members: [String: JSONValue] = [:]
        for extra in columns.extras {
            let content = row.field(extra.index)
            if !content.isEmpty { members[extra.name] = .string(String(decoding: content, as: UTF8.self)) }
        }
        guard !members.isEmpty else { return nil }
        let properties = JSONValue.object(members)
        // An escaped byte takes six bytes at most.
        if row.record.count > FieldParser.maximumPropertiesLength / 6 {
            var json = JSONWriter()
            json.value(properties)
            guard json.bytes.count <= FieldParser.maximumPropertiesLength else {
                throw .field(
                    "properties",
                    "the columns that are not fields of an event have more than \(FieldParser.maximumPropertiesLength) bytes"
                )
            }
        }
        return properties
    }

    // MARK: Identity

    private mutating func id(of event: Event, in row: RecordScanner) throws(Rejection) -> EventID {
        if let content = content(columns.eventID, of: row) {
            do throws(ValidationIssue) {
                return try EventIdentity(eventID: content, at: []).id
            } catch {
                throw .field("event_id", "event_id: \(error.msg)")
            }
        }
        identity.begin()
        identity.add(event.userID)
        identity.add(event.productID)
        identity.add(event.time.microseconds)
        identity.add(event.type.rawValue.utf8)
        identity.add(event.price.map { Int64(bitPattern: $0.bitPattern) })
        identity.add(event.quantity)
        identity.add((event.brand ?? "").utf8)
        identity.add((event.categoryCode ?? "").utf8)
        // The row's own session, not one that was assigned: that depends on the gap.
        identity.add(columns.session.map { row.field($0) } ?? [])
        for extra in columns.extras {
            let content = row.field(extra.index)
            guard !content.isEmpty else { continue }
            identity.add(extra.name.utf8)
            identity.add(content)
        }
        return identity.id()
    }
}
