import Events
import SQLite
import Stores

/// A place in the order of interactions: by time, then by id.
struct TouchKey: Hashable, Comparable {
    let time: Int64
    let high: Int64
    let low: Int64

    static func < (left: TouchKey, right: TouchKey) -> Bool {
        (left.time, left.high, left.low) < (right.time, right.high, right.low)
    }
}

/// What co-views need of an interaction that is a touch.
struct Touch {
    let productID: Int64
    let key: TouchKey
    let session: String
    let place: ProductPlace?

    /// Nil for what takes out of a cart.
    init?(_ event: Event) {
        guard event.isTouch else { return nil }
        productID = event.productID
        key = TouchKey(time: event.time.microseconds, high: event.id.highColumn, low: event.id.lowColumn)
        session = event.session
        place = event.place
    }

    /// A row of ``columns``.
    init(row: borrowing Row) {
        productID = row.int64(0)
        key = TouchKey(time: row.int64(1), high: row.int64(2), low: row.int64(3))
        session = row.string(4)
        let category = row.string(5)
        let brand = row.string(6)
        place = category.isEmpty ? nil : ProductPlace(category: category, brand: brand.isEmpty ? nil : brand)
    }
}
