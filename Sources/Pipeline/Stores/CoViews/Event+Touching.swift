package import Events

extension Event {
    /// Whether the event counts as a touch of its product: all do but those that take it out of a cart.
    package var isTouch: Bool { type != .removeFromCart }

    /// Where the event says that its product stands; nil if it is not a touch, or names no category.
    package var place: ProductPlace? {
        guard isTouch, let categoryCode, !categoryCode.isEmpty else { return nil }
        return ProductPlace(category: categoryCode, brand: brand == "" ? nil : brand)
    }
}
