import QdrantClient

/// What the server and its collections are, as far as requests depend on it.
struct QdrantLayout: Sendable, Hashable {
    static let interactions = "interactions"
    static let products = "products"
    static let learned = "learned_products"
    static let settings = "debias_settings"
    /// An alias of ``firstProfiles``, or of what a rebuild has made later.
    static let profiles = "user_profiles"
    static let firstProfiles = "user_profiles_1"

    /// How many numbers vectors have.
    var dimension: Int
    /// Whether the shop has a collection `products` that can be used.
    var hasCatalogue = false
    /// Whether the server is one of several, which may have different states for a moment.
    var isCluster = false

    /// Of profiles and settings, whose order counts.
    var orderedWrites: QdrantWriteOptions { QdrantWriteOptions(ordering: isCluster ? .strong : nil) }
    /// Of reads that writes follow from.
    var reads: QdrantReadOptions { QdrantReadOptions(consistency: isCluster ? .majority : nil) }
}

/// A collection that this adapter makes.
struct OwnCollection: Sendable {
    let name: String
    let indexes: [(key: String, index: QdrantIndex, kind: String)]

    static let interactions = OwnCollection(
        name: QdrantLayout.interactions,
        indexes: [
            ("user_id", .integer, "integer"), ("product_id", .integer, "integer"),
            ("event_type", .keyword, "keyword"), ("event_time", .datetime, "datetime"), ("stand_in", .bool, "bool"),
            ("received_at", .datetime, "datetime"),
        ])

    /// - Parameter name: The collection, or its alias.
    static func profiles(_ name: String) -> OwnCollection {
        OwnCollection(
            name: name,
            indexes: ["erased_until", "epoch", "interactions", "digest"].map { ($0, .integer, "integer") })
    }

    static let learned = OwnCollection(name: QdrantLayout.learned, indexes: [])

    static let settings = OwnCollection(name: QdrantLayout.settings, indexes: [])
}
