package import Events

/// What a user did last.
package struct UserContext: Sendable, Hashable {
    /// A product that the user has to do with.
    package struct Product: Sendable, Hashable {
        package var productID: Int64
        /// The time of the user's newest interaction with it.
        package var time: Timestamp
        /// Whether that interaction took it out of the cart; of equal times, the one with the greater id counts.
        package var isRemoved: Bool

        package init(productID: Int64, time: Timestamp, isRemoved: Bool) {
            self.productID = productID
            self.time = time
            self.isRemoved = isRemoved
        }
    }

    /// The distinct products of the user's newest interactions, in their order: by time, equal times by event id, newest
    /// first.
    package var newest: [Product]
    /// All products that the user touched.
    package var touched: Set<Int64>

    package init(newest: [Product] = [], touched: Set<Int64> = []) {
        self.newest = newest
        self.touched = touched
    }
}
