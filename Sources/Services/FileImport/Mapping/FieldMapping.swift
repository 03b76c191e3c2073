/// Which columns or members of a file hold the fields of its events, where their names are not known here:
/// `user=visitorid,product=hash:sku,time=eventdate+timeframe`.
package struct FieldMapping: Sendable, Hashable {
    /// A field of an event.
    package enum Field: String, Sendable, Hashable, CaseIterable {
        case user
        case product
        case type
        case time
        case session
        case id
        case price
        case quantity
        case brand
        case category

        /// The field as posted events name it.
        package var name: String {
            switch self {
            case .user: "user_id"
            case .product: "product_id"
            case .type: "event_type"
            case .time: "event_time"
            case .session: "user_session"
            case .id: "event_id"
            case .price: "price"
            case .quantity: "quantity"
            case .brand: "brand"
            case .category: "category_code"
            }
        }
    }

    /// Where the content of a field stands.
    struct Source: Sendable, Hashable {
        /// A column's name; its position from 1, in a file without a header; or a path of members, separated by dots.
        var name: String
        /// Whether the content is text, from which a number is to be made.
        var isHashed = false
        /// What holds milliseconds to be added to a time.
        var offset: String?
    }

    private(set) var sources: [Field: Source] = [:]
    private let text: String

    /// A mapping without any field: every name is recognised.
    package init() {
        text = ""
    }

    /// Reads pairs of field and source. A source is a name or a position; `hash:` in front of it makes an id of text, and
    /// `A+B` a time of a time, or a date, and milliseconds.
    ///
    /// - Throws: What is wrong with the text, as a phrase.
    package init(_ text: String) throws(MappingError) {
        self.text = text
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let equals = pair.firstIndex(of: "="), pair.index(after: equals) != pair.endIndex else {
                throw MappingError("\"\(pair)\" is not FIELD=COLUMN")
            }
            let key = String(pair[..<equals])
            guard let field = Field.allCases.first(where: { $0.rawValue == key || $0.name == key }) else {
                let all = Field.allCases.map(\.rawValue).joined(separator: ", ")
                throw MappingError("\"\(key)\" is not one of \(all)")
            }
            let source = try Self.source(pair[pair.index(after: equals)...], of: field)
            guard sources.updateValue(source, forKey: field) == nil else {
                throw MappingError("\(field.rawValue) is named twice")
            }
        }
        let positions = sources.values.flatMap { [$0.name, $0.offset ?? $0.name] }.map { Self.position($0) != nil }
        guard Set(positions).count == 1 else {
            throw MappingError("names and positions of columns do not go together")
        }
    }

    private static func source(_ text: Substring, of field: Field) throws(MappingError) -> Source {
        let hash = "hash:"
        if text.hasPrefix(hash) {
            guard field == .user || field == .product else {
                throw MappingError("\(hash) makes a number of a text, which only user and product need")
            }
            guard text != hash else { throw MappingError("\(hash) lacks its column") }
            return Source(name: String(text.dropFirst(hash.count)), isHashed: true)
        }
        if field == .time, let plus = text.firstIndex(of: "+"), plus != text.startIndex {
            let offset = text[text.index(after: plus)...]
            if !offset.isEmpty { return Source(name: String(text[..<plus]), offset: String(offset)) }
        }
        return Source(name: String(text))
    }

    var isEmpty: Bool { sources.isEmpty }

    /// Whether the columns are named by their positions, as the file has no header.
    var isByPosition: Bool { sources.values.first.map { Self.position($0.name) != nil } ?? false }

    /// The index that a position from 1 stands for; nil for a name.
    static func position(_ name: String) -> Int? {
        Int(name).flatMap { $0 >= 1 && !name.hasPrefix("+") ? $0 - 1 : nil }
    }
}

extension FieldMapping: CustomStringConvertible {
    /// The mapping as it was written.
    package var description: String { text }
}

/// What is wrong with a text that maps names, as a phrase.
package struct MappingError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
