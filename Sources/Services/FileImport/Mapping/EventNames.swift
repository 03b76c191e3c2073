import Events

/// The names of our event types in the files of shops.
enum EventNames {
    private static let types: [String: EventType] = [
        "pv": .view, "view": .view, "detail": .view, "page_view": .view, "pageview": .view,
        "cart": .cart, "addtocart": .cart, "add_to_cart": .cart,
        "buy": .purchase, "purchase": .purchase, "transaction": .purchase,
        "remove_from_cart": .removeFromCart,
    ]

    /// The type with that name, in upper or lower case; nil if there is none, as for `fav`.
    static func type(_ name: String) -> EventType? {
        types[name] ?? types[name.lowercased()]
    }
}
