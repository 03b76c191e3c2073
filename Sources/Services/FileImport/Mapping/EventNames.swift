import Events

/// The names of our event types in the files of shops.
package struct EventNames: Sendable, Hashable {
    private static let standard: [String: EventType] = [
        "pv": .view, "view": .view, "detail": .view, "page_view": .view, "pageview": .view,
        "cart": .cart, "addtocart": .cart, "add_to_cart": .cart,
        "buy": .purchase, "purchase": .purchase, "transaction": .purchase,
        "remove_from_cart": .removeFromCart,
    ]

    /// The names that the user gave, as given and in lower case.
    private var own: [String: EventType] = [:]
    private var types = Self.standard

    /// The names that are common in files.
    package init() {}

    /// The common names, and before these the names in a text such as `clicks=view,carts=cart,orders=purchase`.
    ///
    /// - Throws: What is wrong with the text, as a phrase.
    package init(_ text: String) throws(MappingError) {
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let equals = pair.lastIndex(of: "="), equals != pair.startIndex else {
                throw MappingError("\"\(pair)\" is not NAME=TYPE")
            }
            let name = String(pair[..<equals])
            let value = String(pair[pair.index(after: equals)...])
            guard let type = EventType(rawValue: value) else {
                let all = EventType.allCases.map(\.rawValue).joined(separator: ", ")
                throw MappingError("\"\(value)\" is not one of \(all)")
            }
            guard own.updateValue(type, forKey: name) == nil else {
                throw MappingError("\"\(name)\" is named twice")
            }
        }
        for (name, type) in own { types[name.lowercased()] = type }
        types.merge(own) { $1 }
    }

    /// The type with that name, in upper or lower case; nil if there is none, as for `fav`.
    func type(_ name: String) -> EventType? {
        types[name] ?? types[name.lowercased()]
    }
}

extension EventNames: CustomStringConvertible {
    /// The names that the user gave, as they are written.
    package var description: String {
        own.map { "\($0.key)=\($0.value.rawValue)" }.sorted().joined(separator: ",")
    }
}
