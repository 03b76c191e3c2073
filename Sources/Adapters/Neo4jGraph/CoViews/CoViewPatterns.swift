/// Parts of queries that are about co-views.
///
/// Each names its index: a plan that was made while the graph was empty, and is kept, would read all relationships. A bound
/// on the second property of an index is a literal, and an order names the first one, too, although that is the same
/// everywhere: otherwise the server reads the whole index, or sorts.
enum CoViewPatterns {
    /// The types of interactions that touch their product.
    static let touches = "['view', 'cart', 'purchase']"
    /// Before every time, and below every id.
    static let least = "-9223372036854775807"

    /// Whether no interaction touches a product in a session.
    ///
    /// - Parameters:
    ///   - session: An expression for the session.
    ///   - product: An expression for the product's id.
    static func isUnvisited(session: String, product: String) -> String {
        """
        NOT EXISTS {
          MATCH ()-[x:INTERACTED]->()
          USING INDEX x:INTERACTED(session_id, product_id)
          WHERE x.session_id = \(session) AND x.product_id = \(product) AND x.event_type IN \(touches)
        }
        """
    }

    /// Gives `p` the category and brand that its newest interaction with a category names, or none.
    static let placing = """
        CALL (p) {
          OPTIONAL MATCH ()-[x:INTERACTED]->()
          USING INDEX x:INTERACTED(product_id, event_at)
          WHERE x.product_id = p.product_id AND x.event_at >= \(least) AND x.event_type IN \(touches)
            AND x.category_code <> ''
          WITH x ORDER BY x.product_id DESC, x.event_at DESC, x.event_id DESC LIMIT 1
          RETURN x.category_code AS category, CASE x.brand WHEN '' THEN null ELSE x.brand END AS brand
        }
        SET p.category = category, p.brand = brand
        """
}
