import Events
import JSON

/// The fields of one record.
protocol Row {
    /// The content of a field, without blanks around it.
    func field(_ index: Int) -> ArraySlice<UInt8>
    /// The bytes of the record.
    var size: Int { get }
    /// The event's own properties, in a format that has them.
    var properties: [String: JSONValue] { get }
}

extension RecordScanner: Row {
    var size: Int { record.count }
    var properties: [String: JSONValue] { [:] }
}

/// Makes events from the rows of one file, in their order.
struct RowMapper {
    /// How a file's names are understood.
    struct Rules: Sendable {
        var names = EventNames()
        /// The type of all events; nil where each row names its own.
        var type: EventType?
        /// Events after this time are rejected.
        var latestTime: Timestamp
    }

    private let columns: Columns
    private let rules: Rules
    private var sessions: SessionCutter
    private var identity = RowIdentity()

    init(columns: Columns, rules: Rules, sessions: SessionCutter) {
        self.columns = columns
        self.rules = rules
        self.sessions = sessions
    }

    mutating func event(of row: some Row) throws(Rejection) -> Event {
        let userID = try identifier("user_id", row.field(columns.userID), isHashed: columns.hashesUser)
        let time = try time(in: row)
        // The session comes before all further checks: even a row that is rejected is part of its user's session.
        let session = try session(of: userID, at: time, in: row)
        // The type comes before the product: what is no event with a product is counted by its name.
        let type = try type(in: row)
        let product = row.field(columns.productID)
        var event = Event(
            id: EventID(high: 0, low: 0), userID: userID,
            productID: try identifier("product_id", product, isHashed: columns.hashesProduct), type: type,
            session: session.name, time: time)
        if session.isAssigned { event.defaulted = .userSession }
        try addOptionalFields(of: row, to: &event)
        event.id = try id(of: event, in: row)
        // After the id, which rows without a category of their own have had before they could be given one.
        fillCategory(of: &event, from: row)
        return event
    }

    // MARK: Fields

    private func identifier(
        _ name: String, _ text: ArraySlice<UInt8>, isHashed: Bool
    ) throws(Rejection) -> Int64 {
        guard isHashed else { return try identifier(name, text) }
        guard !FieldRules.isBlank(text) else { throw .field(name, "\(name) is blank") }
        return RowIdentity.number(of: text)
    }

    private func identifier(_ name: String, _ text: ArraySlice<UInt8>) throws(Rejection) -> Int64 {
        guard let value = FieldParser.positiveInteger(text) else {
            throw .field(name, "\(name) is not a whole number from 1 to \(Int64.max)")
        }
        return value
    }

    private func time(in row: some Row) throws(Rejection) -> Timestamp {
        let text = row.field(columns.eventTime)
        var time: Timestamp
        do throws(Timestamp.ParsingError) {
            time =
                columns.timeOffset == nil
                ? try Timestamp(field: text, latest: rules.latestTime)
                : try Timestamp(fieldOrDate: text, latest: rules.latestTime)
        } catch {
            throw .field("event_time", "event_time is neither a date and time nor unix seconds: \(error)")
        }
        if let column = columns.timeOffset {
            guard let milliseconds = FieldParser.offset(row.field(column)) else {
                throw .field("event_time", "what is added to event_time is not a number of milliseconds within a year")
            }
            time.microseconds += milliseconds * 1_000
        }
        guard time <= rules.latestTime else {
            throw .field("event_time", "event_time is more than a day in the future")
        }
        return time
    }

    private func type(in row: some Row) throws(Rejection) -> EventType {
        if let type = rules.type { return type }
        let text = columns.eventType.map { row.field($0) } ?? []
        let name = String(decoding: text, as: UTF8.self)
        if let type = rules.names.type(name) { return type }
        throw Rejection(.unknownEventType(name), "no event type matches \(text.excerpt())")
    }

    /// The row's session, and whether it was assigned because the row names none.
    private mutating func session(
        of userID: Int64, at time: Timestamp, in row: some Row
    ) throws(Rejection) -> (name: String, isAssigned: Bool) {
        guard let column = columns.session else { return (sessions.session(of: userID, at: time), true) }
        if let own = try text("user_session", row.field(column)) { return (own, false) }
        return (SessionCutter.standIn(for: userID, on: time), true)
    }

    private func addOptionalFields(of row: some Row, to event: inout Event) throws(Rejection) {
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

    private func fillCategory(of event: inout Event, from row: some Row) {
        guard event.categoryCode == nil, let content = content(columns.categoryID, of: row) else { return }
        let text = String(decoding: content, as: UTF8.self)
        // What is no category is no reason to refuse the row.
        guard FieldRules.isValid(text) else { return }
        event.categoryCode = text
        event.defaulted.insert(.categoryCode)
    }

    /// A field's content; nil if the file has no such column or the field is blank.
    private func content(_ column: Int?, of row: some Row) -> ArraySlice<UInt8>? {
        guard let column else { return nil }
        let content = row.field(column)
        return FieldRules.isBlank(content) ? nil : content
    }

    /// A text by the rules of posted events; nil if it is blank.
    private func text(_ name: String, _ content: ArraySlice<UInt8>) throws(Rejection) -> String? {
        guard !FieldRules.isBlank(content) else { return nil }
        let text = String(decoding: content, as: UTF8.self)
        guard FieldRules.isValid(text) else {
            throw .field(
                name, "\(name) has more than \(FieldRules.maximumTextLength) characters or control characters")
        }
        return text
    }

    /// The columns for which events have no field, as strings: numbers among them may exceed the range of JSON readers.
    private func properties(of row: some Row) throws(Rejection) -> JSONValue? {
        var members = row.properties
        for extra in columns.extras {
            guard let content = content(extra.index, of: row) else { continue }
            members[extra.name] = .string(String(decoding: content, as: UTF8.self))
        }
        guard !members.isEmpty else { return nil }
        let properties = JSONValue.object(members)
        // An escaped byte takes six bytes at most.
        if row.size > FieldRules.maximumPropertiesLength / 6 {
            var json = JSONWriter()
            json.value(properties)
            guard json.bytes.count <= FieldRules.maximumPropertiesLength else {
                throw .field(
                    "properties",
                    "the columns that are not fields of an event have more than \(FieldRules.maximumPropertiesLength) bytes"
                )
            }
        }
        return properties
    }

    // MARK: Identity

    private mutating func id(of event: Event, in row: some Row) throws(Rejection) -> EventID {
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
        identity.add(content(columns.session, of: row) ?? [])
        for extra in columns.extras {
            guard let content = content(extra.index, of: row) else { continue }
            identity.add(extra.name.utf8)
            identity.add(content)
        }
        if !row.properties.isEmpty {
            var json = JSONWriter()
            json.value(.object(row.properties))
            identity.add(json.bytes)
        }
        return identity.id()
    }
}
