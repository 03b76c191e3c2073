public import Events

/// What an event tells of its product: all that a stand-in vector depends on.
public struct ProductFeatures: Sendable, Hashable {
    /// The product.
    public var productID: Int64
    /// Its path in the catalogue (`appliances.kitchen.kettle`).
    public var categoryCode: String?
    /// Its brand.
    public var brand: String?

    /// Features of a product.
    public init(productID: Int64, categoryCode: String? = nil, brand: String? = nil) {
        self.productID = productID
        self.categoryCode = categoryCode
        self.brand = brand
    }

    /// The features that `event` carries.
    public init(of event: Event) {
        self.init(productID: event.productID, categoryCode: event.categoryCode, brand: event.brand)
    }
}
