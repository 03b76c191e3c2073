/// Maps the fields of a CSV record to the fields of an event.
struct Columns: Sendable {
    /// A column that matches no field of an event and goes into the event's properties.
    struct Extra: Sendable {
        var name: String
        var index: Int
    }

    var count: Int
    var userID: Int
    var productID: Int
    var eventType: Int
    var eventTime: Int
    /// Without this column, sessions are cut by time.
    var session: Int?
    var eventID: Int?
    var price: Int?
    var quantity: Int?
    var brand: Int?
    var categoryCode: Int?
    /// Sorted by name, so that the order of a file's columns does not matter.
    var extras: [Extra] = []

    /// The columns of "User Behavior Data from Taobao". The category's number is a path of one level: by that path,
    /// products of one category get similar vectors.
    static let taobao = Columns(count: 5, userID: 0, productID: 1, eventType: 3, eventTime: 4, categoryCode: 2)

    /// The columns of "eCommerce behavior data from multi category store", all of which are required.
    static let rees46Names = [
        "event_time", "event_type", "product_id", "category_id", "category_code", "brand", "price", "user_id",
        "user_session",
    ]
}

extension Columns {
    /// Why a record is not a header.
    struct NoHeader: Error {
        /// The required columns that are missing.
        var missing: [String] = []
        /// A name shared by several columns.
        var twice: String?
    }

    /// Finds the columns by the names in a header: ours or synonyms, in any order, in any case.
    init(header: [String]) throws(NoHeader) {
        let names = header.map(Self.normalised)
        var seen = Set<String>()
        for name in names where !name.isEmpty && !seen.insert(name).inserted { throw NoHeader(twice: name) }

        var taken = Set<Int>()
        func find(_ synonyms: [String]) -> Int? {
            let index = synonyms.lazy.compactMap { names.firstIndex(of: $0) }.first
            if let index { taken.insert(index) }
            return index
        }
        let userID = find(["user_id", "userid", "user", "visitor_id", "visitorid", "customer_id", "customerid", "uid"])
        let productID = find(["product_id", "productid", "product", "item_id", "itemid", "item"])
        let eventType = find([
            "event_type", "eventtype", "event", "behavior_type", "behaviour_type", "behavior", "behaviour",
            "action_type", "action", "type",
        ])
        let eventTime = find([
            "event_time", "eventtime", "event_timestamp", "timestamp", "datetime", "date_time", "time", "ts",
        ])
        guard let userID, let productID, let eventType, let eventTime else {
            let required = [
                ("user_id", userID), ("product_id", productID), ("event_type", eventType), ("event_time", eventTime),
            ]
            throw NoHeader(missing: required.compactMap { $0.1 == nil ? $0.0 : nil })
        }
        self.init(count: names.count, userID: userID, productID: productID, eventType: eventType, eventTime: eventTime)
        session = find(["user_session", "usersession", "session_id", "sessionid", "session"])
        eventID = find(["event_id", "eventid"])
        price = find(["price", "unit_price"])
        quantity = find(["quantity", "qty"])
        brand = find(["brand"])
        categoryCode = find([
            "category_code", "categorycode", "category_path", "category", "item_category", "category_id",
        ])
        // A column without a name is the row number that data frames write.
        extras = names.indices.filter { !taken.contains($0) && !names[$0].isEmpty }
            .map { Extra(name: names[$0], index: $0) }
            .sorted { $0.name < $1.name }
    }

    private static func normalised(_ name: String) -> String {
        String(name.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
    }
}
