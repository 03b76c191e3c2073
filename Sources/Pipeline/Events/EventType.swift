/// What a user did with a product. The raw value is the name on the wire.
package enum EventType: String, Sendable, Hashable, CaseIterable {
    case view
    case cart
    case purchase
    case removeFromCart = "remove_from_cart"
}
