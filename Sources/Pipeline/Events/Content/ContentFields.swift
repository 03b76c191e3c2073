/// A set of the fields that make up an event's content.
package struct ContentFields: OptionSet, Sendable, Hashable {
    /// One bit for each field. Never changes: stores keep it.
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    init(_ field: EventField) {
        rawValue = 1 << UInt16(field.rawValue)
    }

    package static let userID = ContentFields(EventField.userID)
    package static let productID = ContentFields(EventField.productID)
    package static let eventType = ContentFields(EventField.eventType)
    package static let userSession = ContentFields(EventField.userSession)
    package static let eventTime = ContentFields(EventField.eventTime)
    package static let price = ContentFields(EventField.price)
    package static let quantity = ContentFields(EventField.quantity)
    package static let brand = ContentFields(EventField.brand)
    package static let categoryCode = ContentFields(EventField.categoryCode)
    package static let properties = ContentFields(EventField.properties)

    package static let all: ContentFields = [
        .userID, .productID, .eventType, .userSession, .eventTime, .price, .quantity, .brand, .categoryCode,
        .properties,
    ]

    /// The fields, in the order of the documentation.
    var fields: [EventField] { EventField.allCases.filter { contains(ContentFields($0)) } }

    /// The names of the fields, in the order of the documentation.
    package var names: [String] { fields.map(\.name) }
}
