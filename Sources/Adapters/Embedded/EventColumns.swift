import Events
import SQLite

// How both stores represent the values of events in columns.

extension EventID {
    /// The first eight bytes as an INTEGER that sorts as they do: SQLite's integers are signed.
    var highColumn: Int64 { Int64(bitPattern: high ^ Self.signBit) }
    /// The last eight bytes as an INTEGER that sorts as they do.
    var lowColumn: Int64 { Int64(bitPattern: low ^ Self.signBit) }

    init(highColumn: Int64, lowColumn: Int64) {
        self.init(
            high: UInt64(bitPattern: highColumn) ^ Self.signBit, low: UInt64(bitPattern: lowColumn) ^ Self.signBit)
    }

    private static let signBit: UInt64 = 1 << 63
}

extension EventType {
    /// The number of the type. Never changes: files hold it.
    var column: Int64 {
        switch self {
        case .view: 0
        case .cart: 1
        case .purchase: 2
        case .removeFromCart: 3
        }
    }

    init(column: Int64) throws(SQLiteError) {
        switch column {
        case 0: self = .view
        case 1: self = .cart
        case 2: self = .purchase
        case 3: self = .removeFromCart
        default: throw SQLiteError(.corrupt, message: "there is no event type \(column)")
        }
    }
}

extension ContentFields {
    /// The fields as a number of their bits.
    var column: Int64 { Int64(rawValue) }

    init(column: Int64) {
        self.init(rawValue: UInt16(truncatingIfNeeded: column))
    }

    /// The fields of which versions before the column `defaulted` did not note whether they were filled in.
    static let fillable: ContentFields = [.eventTime, .userSession]
}
