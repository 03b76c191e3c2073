/// What recommendations are computed from: which products were seen in the same sessions, which are of one category, and
/// what a user did last. Every answer is a pure function of the set of stored interactions; docs/recommendations.md has
/// the definitions. Interactions that take something out of a cart count in ``context(of:limit:)`` only.
///
/// Every implementation may be used from any task, and passes the conformance suite.
package protocol CoViewStore: Sendable {
    /// The user's newest distinct products, and all products that the user touched; empty for an unknown user.
    ///
    /// - Parameter limit: The most products in ``UserContext/newest``; 1 or more.
    func context(of userID: Int64, limit: Int) async throws(StoreError) -> UserContext

    /// The co-views of some products, and their categories if asked for.
    func coViews(_ query: CoViewQuery) async throws(StoreError) -> CoViews

    /// How many sessions touched each of some distinct products; one that no session touched may be absent.
    func sessions(of products: [Int64]) async throws(StoreError) -> [Int64: Int]

    /// The products that the most sessions touched, with their numbers of sessions, most first; equals by id, the smaller
    /// first.
    ///
    /// - Parameters:
    ///   - excluding: Products that are left out.
    ///   - limit: The most products; 1 or more.
    func mostVisited(
        excluding: Set<Int64>, limit: Int
    ) async throws(StoreError) -> [ProductVisits]

    /// The products that these sessions touched, by each session's first ``CoViewQuery/interactionLimit`` interactions.
    func products(touchedIn sessions: Set<String>) async throws(StoreError) -> Set<Int64>

    /// Where some products stand; those of no category are absent.
    func places(of products: Set<Int64>) async throws(StoreError) -> [Int64: ProductPlace]

    /// Answers the questions of an inquiry until it has no more; one moment for all answers where the store can.
    func pursue<Inquiry: CoViewInquiry>(_ inquiry: Inquiry) async throws(StoreError) -> Inquiry
}

/// A question for co-views.
package struct CoViewQuery: Sendable, Hashable {
    /// How many of the sessions that touched a product are looked at: the newest.
    package static let sessionLimit = 200
    /// How many of a session's interactions are looked at: the first.
    package static let interactionLimit = 500
    /// How many of a category's products are looked at: those that the most sessions touched.
    package static let shelfLimit = 300

    /// Distinct products.
    package var products: [Int64]
    /// Whether the answer has the products' categories, too.
    package var includesCategories: Bool
    /// Whether the answer has the numbers of sessions of the products in ``CoViews/counts``, too: there are thousands.
    package var includesNeighbourSessions: Bool

    package init(products: [Int64], includesCategories: Bool, includesNeighbourSessions: Bool = true) {
        self.products = products
        self.includesCategories = includesCategories
        self.includesNeighbourSessions = includesNeighbourSessions
    }
}

/// An answer to a ``CoViewQuery``.
package struct CoViews: Sendable, Hashable {
    /// The co-views of each product asked for, as ``CoViewCounter`` counts them, by the other product. A product without
    /// any may be absent.
    package var counts: [Int64: [Int64: Int]]
    /// How many sessions touched a product: of the products asked for, and of those in ``counts`` if asked for; a product
    /// that no session touched may be absent.
    package var sessions: [Int64: Int]
    /// The category of each product asked for that has one; empty if not asked for.
    package var places: [Int64: ProductPlace]
    /// The categories in ``places``, by name.
    package var shelves: [String: CategoryShelf]

    package init(
        counts: [Int64: [Int64: Int]] = [:], sessions: [Int64: Int] = [:], places: [Int64: ProductPlace] = [:],
        shelves: [String: CategoryShelf] = [:]
    ) {
        self.counts = counts
        self.sessions = sessions
        self.places = places
        self.shelves = shelves
    }
}

/// How many sessions touched a product.
package struct ProductVisits: Sendable, Hashable {
    package var productID: Int64
    package var sessions: Int

    package init(productID: Int64, sessions: Int) {
        self.productID = productID
        self.sessions = sessions
    }
}
