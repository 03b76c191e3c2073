import Events
import JSON
import QdrantClient
import Stores

extension EventID {
    var point: QdrantPointID { .uuid(high: high, low: low) }

    init?(_ point: QdrantPointID) {
        guard case .uuid(let high, let low) = point else { return nil }
        self.init(high: high, low: low)
    }
}

extension Event {
    /// Writes the members of an interaction's payload.
    ///
    /// - Parameters:
    ///   - isStandIn: Whether the point's vector stands in for one of the catalogue.
    ///   - writeID: Tells who has inserted the point.
    func writePayload(_ json: inout JSONWriter, isStandIn: Bool, writeID: Int64) {
        json.member("user_id", userID)
        json.member("product_id", productID)
        json.member("event_type", type.rawValue)
        json.member("event_time", payloadTime: time)
        json.member("received_at", payloadTime: receipt)
        json.member("session_id", session)
        // An integer: with an index, a fraction of zero counts as one in some requests and as none in others.
        json.member("weight", Int64(ProfileFormula.weight(of: type)))
        if isStandIn { json.member("stand_in", true) }
        if let price {
            json.member("price", price)
            if !price.isKept { json.member("price_text", price.description) }
        }
        if let quantity { json.member("quantity", quantity) }
        if let brand { json.member("brand", brand) }
        if let categoryCode { json.member("category_code", categoryCode) }
        if let properties {
            if properties.isKept {
                json.member("properties", properties)
            } else {
                var text = JSONWriter()
                text.value(properties)
                json.member("properties_text", String(decoding: text.bytes, as: UTF8.self))
            }
        }
        if !defaulted.isEmpty { json.member("defaulted", Int64(defaulted.rawValue)) }
        json.member("write_id", writeID)
    }
}

extension Double {
    /// Whether the server's reader, which multiplies digits by a power of ten and rounds both, gets the same number.
    fileprivate var isKept: Bool {
        let text = description.utf8
        return text.count <= 16 && !text.contains(UInt8(ascii: "e"))
    }
}

extension JSONValue {
    /// Whether all numbers in it come back as they are sent.
    fileprivate var isKept: Bool {
        switch self {
        case .null, .bool, .integer, .string: true
        case .number(let number): number.isKept
        case .unsigned, .exact: false
        case .array(let elements): elements.allSatisfy(\.isKept)
        case .object(let members): members.values.allSatisfy(\.isKept)
        }
    }
}

extension StoredEvent {
    /// The event of an interaction; nil for a point that this adapter has not written, or not wholly.
    init?(_ record: QdrantRecord) {
        guard let id = EventID(record.id), let payload = record.payload else { return nil }
        var event = Event(
            id: id, userID: 0, productID: 0, type: .view, session: "", time: Timestamp(microseconds: 0))
        var found: ContentFields = []
        do throws(JSONSyntaxError) {
            try payload.forEachMember { reader, key throws(JSONSyntaxError) in
                try event.read(key, &reader, &found)
            }
        } catch {
            return nil
        }
        guard found.isSuperset(of: [.userID, .productID, .eventType, .eventTime, .userSession]) else { return nil }
        self.init(event)
    }
}

extension Event {
    fileprivate mutating func read(
        _ key: String, _ reader: inout JSONReader, _ found: inout ContentFields
    ) throws(JSONSyntaxError) {
        func take<Value>(_ value: Value?, _ field: ContentFields, _ place: inout Value) {
            guard let value else { return }
            place = value
            found.insert(field)
        }
        switch key {
        case "user_id": take(try reader.wholeNumber(), .userID, &userID)
        case "product_id": take(try reader.wholeNumber(), .productID, &productID)
        case "event_type": take(try reader.eventType(), .eventType, &type)
        case "event_time": take(try reader.time(), .eventTime, &time)
        case "session_id": take(try reader.text(), .userSession, &session)
        case "price":
            let number = try reader.decimal()
            if !found.contains(.price) { price = number }
        case "price_text":
            price = try reader.text().flatMap(Double.init)
            found.insert(.price)
        case "quantity": quantity = try reader.wholeNumber()
        case "brand": brand = try reader.text()
        case "category_code": categoryCode = try reader.text()
        case "properties": properties = try reader.tree()
        case "properties_text": properties = try reader.text().flatMap { try? JSONValue(parsing: Array($0.utf8)) }
        case "defaulted":
            defaulted = ContentFields(rawValue: UInt16(truncatingIfNeeded: try reader.wholeNumber() ?? 0))
        default: _ = try reader.value()
        }
    }
}

extension ProfileFormula.Interaction {
    /// The keys that ``init(_:)`` reads.
    static let keys = QdrantFields(
        payload: .keys(["product_id", "event_type", "event_time", "category_code", "brand"]))

    /// What the formula reads of an interaction; nil for a point that this adapter has not written, or not wholly.
    init?(_ record: QdrantRecord) {
        guard let id = EventID(record.id), let payload = record.payload else { return nil }
        var product: Int64?
        var type: EventType?
        var time: Timestamp?
        var category: String?
        var brand: String?
        do throws(JSONSyntaxError) {
            try payload.forEachMember { reader, key throws(JSONSyntaxError) in
                switch key {
                case "product_id": product = try reader.wholeNumber()
                case "event_type": type = try reader.eventType()
                case "event_time": time = try reader.time()
                case "category_code": category = try reader.text()
                case "brand": brand = try reader.text()
                default: _ = try reader.value()
                }
            }
        } catch {
            return nil
        }
        guard let product, let type, let time else { return nil }
        self.init(
            type: type, time: time, id: id,
            features: ProductFeatures(productID: product, categoryCode: category, brand: brand))
    }
}
