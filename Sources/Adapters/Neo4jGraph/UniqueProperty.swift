import BoltClient
import BoltWire

/// A property that no two nodes of a label, or relationships of a type, may share.
struct UniqueProperty: Hashable {
    /// Of the constraint that this pipeline makes; a constraint that exists may have any.
    let name: String
    /// A label, or a type of relationships.
    let subject: String
    let isOfRelationships: Bool
    let property: String

    static let user = UniqueProperty("user_id_unique", of: "User", "user_id")
    static let product = UniqueProperty("product_id_unique", of: "Product", "product_id")
    static let interaction = UniqueProperty(
        "interacted_event_id_unique", of: "INTERACTED", isOfRelationships: true, "event_id")
    static let ledger = UniqueProperty("ledger_event_id_unique", of: "LedgerEvent", "event_id")

    private init(_ name: String, of subject: String, isOfRelationships: Bool = false, _ property: String) {
        self.name = name
        self.subject = subject
        self.isOfRelationships = isOfRelationships
        self.property = property
    }

    /// Makes the constraint; does nothing where it exists, **and where something else has its name**.
    var creation: String {
        let pattern = isOfRelationships ? "()-[x:\(subject)]-()" : "(x:\(subject))"
        return "CREATE CONSTRAINT \(name) IF NOT EXISTS FOR \(pattern) REQUIRE x.\(property) IS UNIQUE"
    }

    static let listing = "SHOW CONSTRAINTS YIELD type, entityType, labelsOrTypes, properties"

    /// Whether a row of ``listing`` makes the property unique; a key does so as well.
    func isMade(unique row: [BoltValue]) -> Bool {
        guard row.count == 4, let type = row[0].string, type.contains("UNIQUE") || type.contains("KEY") else {
            return false
        }
        let relationships = row[1].string == "RELATIONSHIP"
        return relationships == isOfRelationships && row[2] == [.string(subject)] && row[3] == [.string(property)]
    }
}
