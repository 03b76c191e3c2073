import Bytes
import Events
import SQLite
import Stores

/// What an event says of its product, and on which day: of all that events say, the greatest makes the stand-in of a product
/// that is searched for. That is a statement of the product's last day, whatever the order in which events come.
///
/// By the day and not by the moment: an event that says what is known already, as nearly all do, writes nothing then, and
/// what is kept says nothing of the user.
struct ProductSighting {
    private static let microsecondsOfDay: Int64 = 86_400_000_000

    /// Days since 1970.
    let day: Int64
    let features: ProductFeatures

    init(of event: Event) {
        let time = event.time.microseconds
        day = time / Self.microsecondsOfDay - (time % Self.microsecondsOfDay < 0 ? 1 : 0)
        features = ProductFeatures(of: event)
    }

    /// Keeps the greater one of this and what the product has. Texts are compared by their bytes; none is less than any.
    func write(to connection: Connection) throws(SQLiteError) {
        try connection.run(
            """
            INSERT INTO product_features VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET day = ?2, category_code = ?3, brand = ?4
            WHERE (?2, ?3 IS NOT NULL, ifnull(?3, ''), ?4 IS NOT NULL, ifnull(?4, ''))
            > (day, category_code IS NOT NULL, ifnull(category_code, ''), brand IS NOT NULL, ifnull(brand, ''))
            """, features.productID, day, features.categoryCode, features.brand)
    }

    /// Of everything but the product.
    fileprivate var hash: UInt64 {
        var hash = FNV1a()
        hash.add(UInt64(bitPattern: day))
        for text in [features.categoryCode, features.brand] {
            hash.add(text == nil ? 0 : 1 as UInt8)
            if let text { hash.add(contentsOf: text.utf8) }
            // Ends the text: no UTF-8 has this byte.
            hash.add(0xFF as UInt8)
        }
        return hash.value
    }
}

/// The sightings that were written last, up to a bound: writing one of them again would change nothing, as what a product
/// has only grows.
struct KnownSightings {
    private static let maximumKept = 32_768

    private var hashes: [Int64: UInt64] = [:]

    /// Writes a sighting that is not known to be written.
    mutating func note(_ sighting: ProductSighting, _ connection: Connection) throws(SQLiteError) {
        let (product, hash) = (sighting.features.productID, sighting.hash)
        guard hashes[product] != hash else { return }
        try sighting.write(to: connection)
        if hashes.count >= Self.maximumKept { hashes.removeAll(keepingCapacity: true) }
        hashes[product] = hash
    }
}
