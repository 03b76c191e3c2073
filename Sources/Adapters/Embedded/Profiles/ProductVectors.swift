import SQLite
import Stores

/// The vectors of products: the catalogue's, or stand-ins. Caches recent vectors, up to a bound, and what was written of
/// products.
struct ProductVectors {
    private static let maximumKept = 4_096

    private var kept: [ProductFeatures: [Float]] = [:]
    private var version: Int64 = -1
    private(set) var dimension = 0
    private var hasCatalogue = false
    var sightings = KnownSightings()

    init() {}

    /// Those of the current catalogue, for a transaction of its own.
    init(_ connection: Connection, formula: ProfileFormula) throws(SQLiteError) {
        try refresh(connection, formula: formula)
    }

    /// Checks whether the cached vectors still belong to the current catalogue. Called once per transaction, before its
    /// first vector; another process may have loaded a new catalogue.
    mutating func refresh(_ connection: Connection, formula: ProfileFormula) throws(SQLiteError) {
        let settings = try connection.first("SELECT dimension, catalogue_version FROM settings") { row in
            (dimension: row.int(0), version: row.int64(1))
        }
        guard let settings, settings.version != version else { return }
        kept = [:]
        version = settings.version
        hasCatalogue = settings.dimension > 0
        dimension = hasCatalogue ? settings.dimension : formula.dimension
    }

    mutating func vector(_ features: ProductFeatures, _ connection: Connection) throws(SQLiteError) -> [Float] {
        if let vector = kept[features] { return vector }
        let vector =
            try catalogueVector(features.productID, connection) ?? StandInVector.make(features, dimension: dimension)
        if kept.count >= Self.maximumKept { kept.removeAll(keepingCapacity: true) }
        kept[features] = vector
        return vector
    }

    private func catalogueVector(_ productID: Int64, _ connection: Connection) throws(SQLiteError) -> [Float]? {
        guard hasCatalogue else { return nil }
        return try connection.first("SELECT vector FROM products WHERE product_id = ?", productID) { row in
            VectorColumn.vector(row.bytes(0))
        }
    }
}
