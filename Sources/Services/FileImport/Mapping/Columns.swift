/// Maps the fields of a row to the fields of an event.
struct Columns: Sendable {
    /// A column that matches no field of an event and goes into the event's properties.
    struct Extra: Sendable {
        var name: String
        var index: Int
    }

    var count: Int
    var userID: Int
    var productID: Int
    /// Without this column, all events have one type.
    var eventType: Int?
    var eventTime: Int
    /// Milliseconds to be added to the time, which may then be a date.
    var timeOffset: Int?
    /// Without this column, sessions are cut by time.
    var session: Int?
    var eventID: Int?
    var price: Int?
    var quantity: Int?
    var brand: Int?
    var categoryCode: Int?
    /// The column that names the category of a row in which ``categoryCode`` is blank.
    var categoryID: Int?
    /// Whether users and products are texts, from which numbers are to be made.
    var hashesUser = false
    var hashesProduct = false
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

    /// The names of a column that numbers the categories.
    private static let categoryIDNames = ["category_id", "categoryid"]

    /// The names by which each field is recognised, the best first.
    static func synonyms(of field: FieldMapping.Field) -> [String] {
        switch field {
        case .user: ["user_id", "userid", "user", "visitor_id", "visitorid", "customer_id", "customerid", "uid"]
        case .product: ["product_id", "productid", "product", "item_id", "itemid", "item"]
        case .type:
            [
                "event_type", "eventtype", "event", "behavior_type", "behaviour_type", "behavior", "behaviour",
                "action_type", "action", "type",
            ]
        case .time:
            ["event_time", "eventtime", "event_timestamp", "timestamp", "datetime", "date_time", "time", "ts"]
        case .session: ["user_session", "usersession", "session_id", "sessionid", "session"]
        case .id: ["event_id", "eventid"]
        case .price: ["price", "unit_price"]
        case .quantity: ["quantity", "qty"]
        case .brand: ["brand"]
        case .category:
            ["category_code", "categorycode", "category_path", "category", "item_category", "category_id"]
        }
    }
}

extension Columns {
    /// Why a record is not a header, or has not the columns that the user named.
    struct NoHeader: Error {
        /// The required columns that are missing.
        var missing: [String] = []
        /// A name shared by several columns.
        var twice: String?
    }

    /// Finds the columns by the names in a header: those that `mapping` names, else ours or synonyms, in any order, in any
    /// case.
    ///
    /// - Parameter isTyped: Whether the user has named the type of all events.
    init(header: [String], mapping: FieldMapping, isTyped: Bool) throws(NoHeader) {
        let names = header.map(Self.normalised)
        var seen = Set<String>()
        for name in names where !name.isEmpty && !seen.insert(name).inserted { throw NoHeader(twice: name) }
        try self.init(count: names.count, mapping: mapping, isTyped: isTyped) { source in
            names.firstIndex(of: Self.normalised(source))
        }
        var taken = Set([userID, productID, eventTime])
        taken.formUnion(
            [eventType, timeOffset, session, eventID, price, quantity, brand, categoryCode].compactMap(\.self))
        // The column stays among the properties, where rows have always had it. Which column is the category, the user
        // may have said, and then nothing else is.
        if mapping.sources[.category] == nil, let categoryCode {
            categoryID = Self.categoryIDNames.lazy.compactMap(names.firstIndex(of:)).first { $0 != categoryCode }
        }
        // Of a text that a number is made of, the properties keep the text.
        if hashesUser { taken.remove(userID) }
        if hashesProduct { taken.remove(productID) }
        // A column without a name is the row number that data frames write.
        extras = names.indices.filter { !taken.contains($0) && !names[$0].isEmpty }
            .map { Extra(name: names[$0], index: $0) }
            .sorted { $0.name < $1.name }
    }

    /// The columns at the positions that `mapping` names; the others are left out.
    init(positionsOf mapping: FieldMapping, count: Int, isTyped: Bool) throws(NoHeader) {
        try self.init(count: count, mapping: mapping, isTyped: isTyped) { source in
            FieldMapping.position(source).flatMap { $0 < count ? $0 : nil }
        }
        if hashesUser { extras.append(Extra(name: "user", index: userID)) }
        if hashesProduct { extras.insert(Extra(name: "product", index: productID), at: 0) }
    }

    /// - Parameter index: The index of the column with a name.
    init(
        count: Int, mapping: FieldMapping, isTyped: Bool, index: (String) -> Int?
    ) throws(NoHeader) {
        var missing: [String] = []
        func find(_ field: FieldMapping.Field, isRequired: Bool = false) -> Int? {
            if let source = mapping.sources[field] {
                if let found = index(source.name) { return found }
                missing.append(source.name)
                return nil
            }
            for name in Self.synonyms(of: field) {
                if let found = index(name) { return found }
            }
            if isRequired { missing.append(field.name) }
            return nil
        }
        let userID = find(.user, isRequired: true)
        let productID = find(.product, isRequired: true)
        let eventType = isTyped ? nil : find(.type, isRequired: true)
        let eventTime = find(.time, isRequired: true)
        session = find(.session)
        eventID = find(.id)
        price = find(.price)
        quantity = find(.quantity)
        brand = find(.brand)
        categoryCode = find(.category)
        if let offset = mapping.sources[.time]?.offset {
            timeOffset = index(offset)
            if timeOffset == nil { missing.append(offset) }
        }
        guard missing.isEmpty, let userID, let productID, let eventTime else { throw NoHeader(missing: missing) }
        self.count = count
        self.userID = userID
        self.productID = productID
        self.eventType = eventType
        self.eventTime = eventTime
        hashesUser = mapping.sources[.user]?.isHashed ?? false
        hashesProduct = mapping.sources[.product]?.isHashed ?? false
    }

    private static func normalised(_ name: String) -> String {
        String(name.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
    }
}
