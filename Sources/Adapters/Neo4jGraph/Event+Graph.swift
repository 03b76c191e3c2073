import BoltClient
import BoltWire
import Events
import JSON

extension PackStreamWriter {
    mutating func id(_ id: EventID) {
        string(count: 36) { id.append(to: &$0) }
    }
}

extension Timestamp {
    /// The form of `event_time` that existing shops' graphs hold, and that their code sorts as text: UTC, to the second.
    var shopText: String {
        let full = description
        // 2019-10-01T00:00:00.000Z
        return full.prefix(10) + " " + full.dropFirst(11).prefix(8)
    }
}

extension Event {
    /// Whether the event has more than every event has.
    var hasExtras: Bool {
        price != nil || quantity != nil || brand != nil || categoryCode != nil || properties != nil
            || !defaulted.isEmpty
    }

    /// What only some events have, as properties of the relationship. Nested values cannot be stored: they are JSON text.
    var extras: BoltMap {
        var entries: [BoltMap.Entry] = []
        if let price { entries.append(.init("price", .float(price))) }
        if let quantity { entries.append(.init("quantity", .integer(Int(quantity)))) }
        if let brand { entries.append(.init("brand", .string(brand))) }
        if let categoryCode { entries.append(.init("category_code", .string(categoryCode))) }
        if let properties {
            var json = JSONWriter()
            json.value(properties)
            entries.append(.init("properties", .string(String(decoding: json.bytes, as: UTF8.self))))
        }
        if !defaulted.isEmpty { entries.append(.init("defaulted", .integer(Int(defaulted.rawValue)))) }
        return BoltMap(entries)
    }

    /// The event of a relationship that this pipeline wrote; nil for one that it did not.
    ///
    /// - Parameter row: The values that ``GraphReading/fields`` names.
    init?(_ row: [BoltValue]) {
        guard row.count == 12, let id = row[0].string.flatMap({ EventID($0) }), let user = row[1].integer,
            let product = row[2].integer, let type = row[3].string.flatMap({ EventType(rawValue: $0) }),
            let time = row[4].integer, let session = row[5].string
        else { return nil }
        self.init(
            id: id, userID: Int64(user), productID: Int64(product), type: type, session: session,
            time: Timestamp(microseconds: Int64(time)), price: row[6].float ?? row[6].integer.map(Double.init),
            quantity: row[7].integer.map(Int64.init), brand: row[8].string, categoryCode: row[9].string,
            properties: row[10].string.flatMap { try? JSONValue(parsing: Array($0.utf8)) })
        defaulted = ContentFields(rawValue: UInt16(truncatingIfNeeded: row[11].integer ?? 0))
    }
}
