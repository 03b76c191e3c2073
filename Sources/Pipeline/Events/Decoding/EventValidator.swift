import JSON

/// Makes an event from the fields of one JSON object, and collects everything that is wrong with them.
struct EventValidator {
    static let maximumTextLength = FieldRules.maximumTextLength
    static let maximumPropertiesLength = FieldRules.maximumPropertiesLength
    /// Bytes of properties as they were sent: enough for an escape for each character of the canonical form, and for
    /// white space. Bounds the work and memory for properties that turn out to be too large.
    static let maximumPropertiesSourceLength = 128 * 1024
    static let maximumLead = FieldRules.maximumLead

    let reader: JSONReader
    private let fields: EventFields
    private let location: [ValidationIssue.Location]
    private let receivedAt: Timestamp
    private let clockTolerance: Int
    private let user: Int64?
    private var issues: [ValidationIssue] = []

    /// A validator of the fields that were found in the reader's text; `location` is the path to their object, and
    /// `clockTolerance` the hours that event_time may be further ahead; `user` is the only one whose events are valid.
    init(
        _ fields: EventFields, of reader: JSONReader, at location: [ValidationIssue.Location], receivedAt: Timestamp,
        clockTolerance: Int = 0, user: Int64? = nil
    ) {
        self.reader = reader
        self.fields = fields
        self.location = location
        self.receivedAt = receivedAt
        self.clockTolerance = clockTolerance
        self.user = user
    }

    /// Where the time of an event comes from that names none.
    enum DefaultTime {
        case receipt
        /// What the message says of itself; `otherwise` if that is nothing, or the event is invalid.
        case message(timestamp: Int64?, otherwise: Timestamp?)
    }

    /// The event of the fields. `identify` makes the event's identity from the one in the body.
    mutating func event(
        defaultTime: DefaultTime = .receipt,
        identify: (EventIdentity?) throws(ValidationIssue) -> EventIdentity
    ) throws(EventRejection) -> Event {
        let identity = identity(identify)
        let userID = userID()
        let productID = required(.productID) { $0.positiveInteger(.productID, $1) }
        let type = required(.eventType) { $0.eventType($1) }
        let session = required(.userSession) { $0.session($1) }
        let time =
            fields[.eventTime].map { eventTime($0) }
            ?? self.defaultTime(defaultTime, identity)
        let price = fields[.price].flatMap { self.price($0) }
        let quantity = fields[.quantity].flatMap { positiveInteger(.quantity, $0) }
        let brand = fields[.brand].flatMap { text(.brand, $0) }
        let categoryCode = fields[.categoryCode].flatMap { text(.categoryCode, $0) }
        let properties = fields[.properties].flatMap { self.properties($0) }
        guard issues.isEmpty, let identity, let userID, let productID, let type, let session, let time else {
            throw .invalid(issues)
        }
        var event = Event(
            id: identity.id, userID: userID, productID: productID, type: type, session: session, time: time,
            price: price, quantity: quantity, brand: brand, categoryCode: categoryCode, properties: properties)
        if isTimeDefaulted(defaultTime) { event.defaulted = .eventTime }
        event.receivedAt = receipt(defaultTime)
        return event
    }

    // MARK: Identity and time

    private mutating func identity(
        _ identify: (EventIdentity?) throws(ValidationIssue) -> EventIdentity
    ) -> EventIdentity? {
        do throws(ValidationIssue) {
            return try identify(
                try fields[.eventID].map { token throws(ValidationIssue) in
                    try reader.identity(token, at: location + [.field(EventField.eventID.name)])
                })
        } catch {
            issues.append(error)
            return nil
        }
    }

    /// Whether the event has the time of its receipt or publication. The API writes that one into the body as both,
    /// event_time and published_at, since every reader of the queues is to have the same.
    private func isTimeDefaulted(_ rule: DefaultTime) -> Bool {
        guard let own = fields[.eventTime] else { return true }
        guard case .message = rule, let published = fields[.publishedAt] else { return false }
        return own.kind == published.kind && reader.bytes[own.range] == reader.bytes[published.range]
    }

    private mutating func eventTime(_ token: JSONToken) -> Timestamp? {
        let token = reader.unwrapped(token, "datetime")
        guard token.isTextOrNumber else {
            return fail(.eventTime, .stringType, "Input should be a valid string, or a number of seconds since 1970")
        }
        let time: Timestamp
        do throws(Timestamp.ParsingError) {
            time = try timestamp(token)
        } catch {
            return fail(.eventTime, .datetimeParsing, "Input should be a valid date and time: \(error)")
        }
        guard isNotTooFarAhead(time) else {
            return fail(
                .eventTime, .datetimeInFuture, "Input should not be more than \(Self.maximumLead) hours in the future")
        }
        return time
    }

    private mutating func defaultTime(_ rule: DefaultTime, _ identity: EventIdentity?) -> Timestamp? {
        guard case .message(let timestamp, let otherwise) = rule else { return receivedAt }
        if let time = timestamp.flatMap(messageTime) ?? publishedAt { return time }
        if let time = identity?.time, time >= .earliestMessage, isNotTooFarAhead(time) { return time }
        if let otherwise { return otherwise }
        let found = timestamp.map { " (this message's is \($0), which is no time from 2000 to now)" } ?? ""
        return fail(
            .eventTime, .missing,
            "Field required: set event_time, or the message's property timestamp in seconds since 1970\(found), "
                + "or an id that holds a time (UUIDv7, ULID)")
    }

    /// When a message's event was received; nil if the message does not tell, or no message brought it. A timestamp has
    /// seconds only, published_at what the moment has.
    private func receipt(_ rule: DefaultTime) -> Timestamp? {
        guard case .message(let timestamp, _) = rule else { return nil }
        return publishedAt ?? timestamp.flatMap(messageTime)
    }

    private func messageTime(_ timestamp: Int64) -> Timestamp? {
        Timestamp(messageTimestamp: timestamp, isPossible: isNotTooFarAhead)
    }

    private var publishedAt: Timestamp? {
        guard let token = fields[.publishedAt], token.isTextOrNumber, let time = try? timestamp(token),
            isNotTooFarAhead(time)
        else { return nil }
        return time
    }

    private func isNotTooFarAhead(_ time: Timestamp) -> Bool {
        time <= latestTime
    }

    private var latestTime: Timestamp {
        let lead = Int64(Self.maximumLead + clockTolerance) * 3_600_000_000
        let (limit, overflows) = receivedAt.microseconds.addingReportingOverflow(lead)
        return Timestamp(microseconds: overflows ? .max : limit)
    }

    private func timestamp(_ token: JSONToken) throws(Timestamp.ParsingError) -> Timestamp {
        let text =
            token.kind == .string(hasEscapes: true)
            ? Array(reader.string(token).utf8)[...] : reader.bytes[token.range]
        return try Timestamp(field: text, latest: latestTime)
    }

    // MARK: Fields

    private mutating func required<Value>(
        _ field: EventField, read: (inout EventValidator, JSONToken) -> Value?
    ) -> Value? {
        guard let token = fields[field] else { return fail(field, .missing, "Field required") }
        return read(&self, token)
    }

    private mutating func userID() -> Int64? {
        if let user, fields[.userID] == nil { return user }
        guard let id = required(.userID, read: { $0.positiveInteger(.userID, $1) }) else { return nil }
        guard let user, user != id else { return id }
        return fail(.userID, .userMismatch, "Input should be the user that the token speaks for, or left out")
    }

    private mutating func positiveInteger(_ field: EventField, _ token: JSONToken) -> Int64? {
        guard case .number = token.kind else { return fail(field, .intType, "Input should be a valid integer") }
        switch reader.integer(token) {
        case .value(let value) where value >= 1:
            return value
        case .value, .belowRange:
            return fail(field, .greaterThanEqual, "Input should be greater than or equal to 1")
        case .aboveRange:
            return fail(field, .lessThanEqual, "Input should be less than or equal to \(Int64.max)")
        case .fractional:
            return fail(field, .intType, "Input should be a valid integer, got a number with a fractional part")
        }
    }

    private mutating func eventType(_ token: JSONToken) -> EventType? {
        if case .string = token.kind, token.range.count <= Self.maximumTextLength,
            let type = EventType(rawValue: reader.string(token))
        {
            return type
        }
        let names = EventType.allCases.map { "'\($0.rawValue)'" }
        return fail(.eventType, .enumeration, "Input should be one of \(names.joined(separator: ", "))")
    }

    private mutating func session(_ token: JSONToken) -> String? {
        if token.kind == .object, let uuid = reader.wrappedUUID(token) { return uuid.description }
        if reader.isBlank(token) {
            let note = token.range.isEmpty ? "" : "; a text such as NULL or nan stands for none"
            return fail(.userSession, .stringTooShort, "String should have at least 1 character\(note)")
        }
        return text(.userSession, token)
    }

    /// A number, or one as text, as programs write it whose numbers are decimal.
    private mutating func price(_ token: JSONToken) -> Double? {
        let text = reader.unwrapped(token, "decimal")
        guard let token = reader.number(text) else { return fail(.price, .floatType, "Input should be a valid number") }
        let price = reader.double(token)
        guard price.isFinite else { return fail(.price, .finiteNumber, "Input should be a finite number") }
        guard price >= 0 else {
            return fail(.price, .greaterThanEqual, "Input should be greater than or equal to 0")
        }
        return price
    }

    /// A text of limited length without control characters; nil if it is empty.
    private mutating func text(_ field: EventField, _ token: JSONToken) -> String? {
        guard case .string = token.kind else { return fail(field, .stringType, "Input should be a valid string") }
        guard !token.range.isEmpty else { return nil }
        // The longest form of a character is an escaped surrogate pair: 12 bytes.
        let text = token.range.count <= 12 * Self.maximumTextLength ? reader.string(token) : nil
        guard let text, text.utf8.count <= Self.maximumTextLength || text.unicodeScalars.count <= Self.maximumTextLength
        else {
            return fail(field, .stringTooLong, "String should have at most \(Self.maximumTextLength) characters")
        }
        // The reader has already refused unescaped control characters, which JSON forbids.
        let mayHaveControls = token.kind == .string(hasEscapes: true)
        guard !(mayHaveControls && text.utf8.contains(where: { $0 < 0x20 })) else {
            return fail(field, .stringPatternMismatch, "String should have no control characters")
        }
        return text
    }

    private mutating func properties(_ token: JSONToken) -> JSONValue? {
        guard token.kind == .object else { return fail(.properties, .dictType, "Input should be a valid object") }
        guard token.range.count <= Self.maximumPropertiesSourceLength else { return propertiesTooLarge() }
        var reader = JSONReader(reader.bytes, in: token.range, maximumDepth: JSONReader.eventDepth)
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try reader.tree()
        } catch {
            return fail(.properties, .valueError, "Input should be an object that can be carried: \(error.reason)")
        }
        // Only numbers can be longer in the canonical form than in the source: five times at most (`1e15,`).
        if token.range.count > Self.maximumPropertiesLength / 5 {
            var json = JSONWriter(reserving: token.range.count)
            json.value(value)
            guard json.bytes.count <= Self.maximumPropertiesLength else { return propertiesTooLarge() }
        }
        return value
    }

    private mutating func propertiesTooLarge() -> JSONValue? {
        fail(.properties, .tooLarge, "Object should have at most \(Self.maximumPropertiesLength) bytes as JSON")
    }

    private mutating func fail<Value>(
        _ field: EventField, _ type: ValidationIssue.Kind, _ message: String
    ) -> Value? {
        issues.append(ValidationIssue(loc: location + [.field(field.name)], msg: message, type: type))
        return nil
    }
}
