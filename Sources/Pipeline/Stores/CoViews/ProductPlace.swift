/// Where a product stands: what the newest of its interactions that name a category says, of equal times the one with
/// the greater id.
package struct ProductPlace: Sendable, Hashable {
    package var category: String
    /// Nil if that interaction names no brand.
    package var brand: String?

    package init(category: String, brand: String?) {
        self.category = category
        self.brand = brand
    }
}

/// The products of a category.
package struct CategoryShelf: Sendable, Hashable {
    /// A product of a category.
    package struct Product: Sendable, Hashable {
        package var productID: Int64
        /// How many sessions touched it.
        package var sessions: Int
        package var brand: String?

        package init(productID: Int64, sessions: Int, brand: String?) {
            self.productID = productID
            self.sessions = sessions
            self.brand = brand
        }
    }

    /// The products that the most sessions touched, at most ``CoViewQuery/shelfLimit``, most first; equals by id, the
    /// smaller first.
    package var products: [Product]
    /// The sum of the numbers of sessions of all products of the category.
    package var sessions: Int
    /// The same over the category's products of one brand, for each brand of a product asked for.
    package var sessionsByBrand: [String: Int]

    package init(products: [Product], sessions: Int, sessionsByBrand: [String: Int]) {
        self.products = products
        self.sessions = sessions
        self.sessionsByBrand = sessionsByBrand
    }
}
