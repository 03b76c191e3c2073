import Events

/// The names that shops' files have for our event types.
enum EventNames {
    private static let types: [String: EventType] = [
        "pv": .view, "view": .view, "detail": .view, "page_view": .view, "pageview": .view,
        "cart": .cart, "addtocart": .cart, "add_to_cart": .cart,
        "buy": .purchase, "purchase": .purchase, "transaction": .purchase,
        "remove_from_cart": .removeFromCart,
    ]

    /// The type of that name, in any case; nil if there is none, as for `fav`.
    static func type(_ name: String) -> EventType? {
        types[name] ?? types[name.lowercased()]
    }
}
