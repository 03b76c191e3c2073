extension Event {
    /// The fields in which two events with the same id have other content: what the producer sent, byte by byte for
    /// texts, by value for numbers and times.
    ///
    /// A value that both have by default is no content, so that an event that is sent again without a time, or imported
    /// again with sessions cut otherwise, is the same event. A category that was filled in is like none: an event stored
    /// before it could be is the same event.
    package func differences(from other: Event) -> ContentFields {
        var different: ContentFields = []
        if userID != other.userID { different.insert(.userID) }
        if productID != other.productID { different.insert(.productID) }
        if type != other.type { different.insert(.eventType) }
        if !Self.isSame(session, other.session) { different.insert(.userSession) }
        if time != other.time { different.insert(.eventTime) }
        if price != other.price { different.insert(.price) }
        if quantity != other.quantity { different.insert(.quantity) }
        if !Self.isSame(brand, other.brand) { different.insert(.brand) }
        if !Self.isSame(ownCategoryCode, other.ownCategoryCode) { different.insert(.categoryCode) }
        if properties != other.properties { different.insert(.properties) }
        return different.subtracting(defaulted.intersection(other.defaulted))
    }

    /// What differs, for people: `product_id 7 (stored: 5), price 1.5 (stored: none)`.
    ///
    /// - Parameters:
    ///   - fields: The fields that differ.
    ///   - word: How the values of `other` are called.
    package func difference(in fields: ContentFields, from other: Event, calledThere word: String) -> String {
        fields.fields.map { field in
            guard let own = shown(field), let others = other.shown(field) else { return field.name }
            return "\(field.name) \(own) (\(word): \(others))"
        }.joined(separator: ", ")
    }

    /// The category as the producer sent it.
    private var ownCategoryCode: String? { defaulted.contains(.categoryCode) ? nil : categoryCode }

    /// To Swift, `é` as one code point and as two are equal.
    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.utf8.elementsEqual(right.utf8)
    }

    /// A field's value in a few characters, texts in quotes; nil for fields whose values are not shown.
    private func shown(_ field: EventField) -> String? {
        switch field {
        case .userID: "\(userID)"
        case .productID: "\(productID)"
        case .eventType: Self.quoted(type.rawValue)
        case .userSession: defaulted.contains(.userSession) ? "none" : Self.quoted(session)
        case .eventTime: defaulted.contains(.eventTime) ? "none" : "\(time)"
        case .price: price.map { "\($0)" } ?? "none"
        case .quantity: quantity.map { "\($0)" } ?? "none"
        case .brand: brand.map { Self.quoted($0) } ?? "none"
        case .categoryCode: ownCategoryCode.map { Self.quoted($0) } ?? "none"
        case .eventID, .properties, .publishedAt: nil
        }
    }

    private static func quoted(_ text: String) -> String {
        let limit = 40
        let start = String(text.unicodeScalars.prefix(limit))
        return "\"\(start.replacing("\"", with: "'"))\(text.unicodeScalars.count > limit ? "..." : "")\""
    }
}
