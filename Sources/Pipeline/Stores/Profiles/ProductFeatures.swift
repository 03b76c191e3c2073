package import Events

/// What an event tells of its product: all that a stand-in vector depends on.
package struct ProductFeatures: Sendable, Hashable {
    /// The product.
    package var productID: Int64
    /// Its path in the catalogue (`appliances.kitchen.kettle`).
    package var categoryCode: String?
    /// Its brand.
    package var brand: String?

    /// Features of a product.
    package init(productID: Int64, categoryCode: String? = nil, brand: String? = nil) {
        self.productID = productID
        self.categoryCode = categoryCode
        self.brand = brand
    }

    /// The features that `event` carries.
    package init(of event: Event) {
        self.init(productID: event.productID, categoryCode: event.categoryCode, brand: event.brand)
    }

    /// Whether both have the same bytes, and hence the same vector. Strings alone would not do: `é` in one code point
    /// and in two are equal to Swift.
    package static func == (left: ProductFeatures, right: ProductFeatures) -> Bool {
        left.productID == right.productID && isSame(left.categoryCode, right.categoryCode)
            && isSame(left.brand, right.brand)
    }

    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.utf8.elementsEqual(right.utf8)
    }
}
