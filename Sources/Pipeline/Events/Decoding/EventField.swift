import Bytes
import JSON

/// The members of an event's JSON object, in the order of documentation, encoded events and issues.
///
/// The raw values never change: stores keep sets of fields.
enum EventField: Int, CaseIterable {
    case eventID
    case userID
    case productID
    case eventType
    case userSession
    case eventTime
    case price
    case quantity
    case brand
    case categoryCode
    case properties
    case publishedAt

    var name: String {
        switch self {
        case .eventID: "event_id"
        case .userID: "user_id"
        case .productID: "product_id"
        case .eventType: "event_type"
        case .userSession: "user_session"
        case .eventTime: "event_time"
        case .price: "price"
        case .quantity: "quantity"
        case .brand: "brand"
        case .categoryCode: "category_code"
        case .properties: "properties"
        case .publishedAt: "published_at"
        }
    }

    /// The field with this key; nil for a member that events do not have.
    init?(key: Span<UInt8>) {
        for field in Self.candidates(length: key.count) where field.name.utf8Span.span.equals(key) {
            self = field
            return
        }
        return nil
    }

    /// The fields whose keys have so many bytes.
    private static func candidates(length: Int) -> [EventField] {
        byLength.indices.contains(length) ? byLength[length] : []
    }

    private static let byLength = {
        let longest = allCases.map(\.name.utf8.count).max() ?? 0
        return (0...longest).map { length in allCases.filter { $0.name.utf8.count == length } }
    }()

    var isOptional: Bool {
        switch self {
        case .userID, .productID, .eventType, .userSession: false
        case .eventID, .eventTime, .price, .quantity, .brand, .categoryCode, .properties, .publishedAt: true
        }
    }
}

/// Where an event's fields stand in its text. Of a repeated key the last counts.
struct EventFields {
    private var tokens = [JSONToken?](repeating: nil, count: EventField.allCases.count)

    /// Reads past one JSON object and records its fields; members that events do not have are checked and ignored, and
    /// an optional field with a blank text (``FieldRules/isBlank(_:)``) is absent.
    init(_ reader: inout JSONReader) throws(JSONSyntaxError) {
        try reader.openObject()
        var isFirst = true
        while let key = try reader.nextKey(isFirst: isFirst) {
            isFirst = false
            let value = try reader.value()
            if let field = reader.field(key) {
                tokens[field.rawValue] = field.isOptional && reader.isBlank(value, in: field) ? nil : value
            }
        }
    }

    /// Nil if the field is absent, `null` or, where it is optional, blank.
    subscript(_ field: EventField) -> JSONToken? {
        guard let token = tokens[field.rawValue], token.kind != .null else { return nil }
        return token
    }
}

extension JSONReader {
    /// Whether a token is a text that stands for no value. An empty event_id is none of these: whoever sends one means
    /// to name the event.
    fileprivate func isBlank(_ token: JSONToken, in field: EventField) -> Bool {
        isBlank(token) && !(field == .eventID && token.range.isEmpty)
    }

    fileprivate func field(_ key: JSONToken) -> EventField? {
        key.kind == .string(hasEscapes: true)
            ? EventField(key: string(key).utf8Span.span) : EventField(key: bytes.span.extracting(key.range))
    }
}
