import BoltClient
import BoltWire

/// An index that finds nodes or relationships by some properties, in their order.
struct RangeIndex: Hashable {
    /// Of the index that this pipeline makes; an index that exists may have any.
    let name: String
    /// A label, or a type of relationships.
    let subject: String
    let isOfRelationships: Bool
    let properties: [String]

    /// The newest interactions with a product.
    static let products = RangeIndex("interacted_product_index", of: "INTERACTED", ["product_id", "event_at"])
    /// The interactions of a session, and whether it has touched a product.
    static let visits = RangeIndex("interacted_visit_index", of: "INTERACTED", ["session_id", "product_id"])
    /// The products of a category.
    static let categories = RangeIndex("product_category_index", of: "Product", isOfRelationships: false, ["category"])

    static let all = [products, visits, categories]

    private init(_ name: String, of subject: String, isOfRelationships: Bool = true, _ properties: [String]) {
        self.name = name
        self.subject = subject
        self.isOfRelationships = isOfRelationships
        self.properties = properties
    }

    /// Makes the index; does nothing where it exists, **and where something else has its name**.
    var creation: String {
        let pattern = isOfRelationships ? "()-[x:\(subject)]-()" : "(x:\(subject))"
        let keys = properties.map { "x.\($0)" }.joined(separator: ", ")
        return "CREATE INDEX \(name) IF NOT EXISTS FOR \(pattern) ON (\(keys))"
    }

    static let listing = "SHOW INDEXES YIELD type, entityType, labelsOrTypes, properties, state"

    /// Whether a row of ``listing`` is this index, built to its end.
    func isReady(by row: [BoltValue]) -> Bool {
        guard row.count == 5, row[0] == "RANGE", row[4] == "ONLINE" else { return false }
        let relationships = row[1].string == "RELATIONSHIP"
        return relationships == isOfRelationships && row[2] == [.string(subject)]
            && row[3] == .list(properties.map { .string($0) })
    }
}
