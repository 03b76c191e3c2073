package import Events

/// What an event says about its product: everything that a stand-in vector depends on.
package struct ProductFeatures: Sendable, Hashable {
    package var productID: Int64
    /// The product's path in the catalogue (`appliances.kitchen.kettle`).
    package var categoryCode: String?
    package var brand: String?

    package init(productID: Int64, categoryCode: String? = nil, brand: String? = nil) {
        self.productID = productID
        self.categoryCode = categoryCode
        self.brand = brand
    }

    /// What a graph knows of a product.
    package init(productID: Int64, place: ProductPlace?) {
        self.init(productID: productID, categoryCode: place?.category, brand: place?.brand)
    }

    package init(of event: Event) {
        self.init(productID: event.productID, categoryCode: event.categoryCode, brand: event.brand)
    }

    /// Whether both have the same bytes, and hence the same vector. Comparing strings is not enough: to Swift, `é` as
    /// one code point and as two are equal.
    package static func == (left: ProductFeatures, right: ProductFeatures) -> Bool {
        left.productID == right.productID && isSame(left.categoryCode, right.categoryCode)
            && isSame(left.brand, right.brand)
    }

    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.utf8.elementsEqual(right.utf8)
    }
}
