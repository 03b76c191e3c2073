import Events
import JSON

/// Makes events from JSON objects whose members have other names than ours, or stand in the elements of a list: an object
/// with a list is as many events as the list has elements. Other members are left out, except the properties of a posted
/// event.
struct MemberDecoder: RecordDecoding {
    private let locations: [MemberLocation]
    /// The members that may hold the list: what the paths have in front of their last steps.
    private let listPaths: [[String]]
    private var mapper: RowMapper
    /// The object, and the elements of its list that are still to be taken.
    private var object = JSONValue.null
    private var listPath: [String]?
    private var elements: ArraySlice<JSONValue> = []

    /// - Throws: If `mapping` names no type although the user has not named one for all.
    init(
        mapping: FieldMapping, hasSession: Bool, rules: RowMapper.Rules, sessions: SessionCutter
    ) throws(Columns.NoHeader) {
        var locations: [MemberLocation] = []
        func add(_ location: MemberLocation) -> Int {
            locations.append(location)
            return locations.count - 1
        }
        // Each name that is asked for gets the next column.
        var columns = try Columns(count: 0, mapping: mapping, isTyped: rules.type != nil) { name in
            add(MemberLocation(name))
        }
        for field in FieldMapping.Field.allCases where mapping.sources[field] == nil {
            guard let index = columns.index(of: field) else { continue }
            locations[index] = MemberLocation(alternatives: Columns.synonyms(of: field))
        }
        if mapping.sources[.session] == nil, !hasSession { columns.session = nil }
        columns.keepHashedTexts { index in locations[index].paths[0].last ?? "" }
        columns.count = locations.count
        self.locations = locations
        listPaths = Set(
            mapping.sources.values.flatMap { source in
                [source.name, source.offset].compactMap(\.self).flatMap { MemberLocation($0).prefixes }
            }
        ).sorted { ($0.count, $0.joined(separator: ".")) < ($1.count, $1.joined(separator: ".")) }
        mapper = RowMapper(columns: columns, rules: rules, sessions: sessions)
    }

    var hasMore: Bool { !elements.isEmpty }

    mutating func event(of record: RecordScanner) throws(Rejection) -> Event {
        if elements.isEmpty { try begin(record) }
        let element = elements.popFirst() ?? .null
        return try mapper.event(of: row(element, size: record.size))
    }

    private mutating func begin(_ record: RecordScanner) throws(Rejection) {
        do throws(JSONSyntaxError) {
            object = try JSONValue(parsing: Array(record.record))
        } catch {
            throw Rejection(record.isUnterminated ? .cutLine : .invalidJSON, error.description)
        }
        guard case .object = object else { throw Rejection(.invalidJSON, "expected a JSON object") }
        listPath = nil
        elements = [.null]
        for path in listPaths {
            guard case .array(let list)? = object.member(path[...]) else { continue }
            listPath = path
            // Without elements, the object is still one record, which then lacks a product.
            if !list.isEmpty { elements = list[...] }
            return
        }
    }

    private func row(_ element: JSONValue, size: Int) -> MemberRow {
        var row = MemberRow(
            fields: locations.map { location in
                for path in location.paths {
                    if let text = value(at: path, element)?.text { return Array(text.utf8)[...].trimmed }
                }
                return []
            }, size: size)
        if case .object(let properties)? = object.member(["properties"]) { row.properties = properties }
        return row
    }

    private func value(at path: [String], _ element: JSONValue) -> JSONValue? {
        if let listPath, path.count > listPath.count, path.starts(with: listPath) {
            return element.member(path[listPath.count...])
        }
        return object.member(path[...])
    }
}

/// Where the content of a field stands in an object: the first of several paths that leads to something.
private struct MemberLocation {
    var paths: [[String]]

    /// One path, whose steps are separated by dots.
    init(_ name: String) {
        paths = [name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)]
    }

    init(alternatives names: [String]) {
        paths = names.map { [$0] }
    }

    /// The beginnings of the path that are not the whole.
    var prefixes: [[String]] {
        (1..<max(1, paths[0].count)).map { Array(paths[0][..<$0]) }
    }
}

private struct MemberRow: Row {
    var fields: [ArraySlice<UInt8>]
    var size: Int
    var properties: [String: JSONValue] = [:]

    func field(_ index: Int) -> ArraySlice<UInt8> { fields[index] }
}

extension Columns {
    /// The column of a field.
    fileprivate func index(of field: FieldMapping.Field) -> Int? {
        switch field {
        case .user: userID
        case .product: productID
        case .type: eventType
        case .time: eventTime
        case .session: session
        case .id: eventID
        case .price: price
        case .quantity: quantity
        case .brand: brand
        case .category: categoryCode
        }
    }

    /// Keeps the texts that numbers are made of in the properties.
    fileprivate mutating func keepHashedTexts(name: (Int) -> String) {
        let hashed = (hashesUser ? [userID] : []) + (hashesProduct ? [productID] : [])
        extras = hashed.map { Extra(name: name($0), index: $0) }.sorted { $0.name < $1.name }
    }
}

extension JSONValue {
    /// The member that a path leads to; nil where there is none.
    fileprivate func member(_ path: ArraySlice<String>) -> JSONValue? {
        guard let step = path.first else { return self }
        guard case .object(let members) = self else { return nil }
        return members[step]?.member(path.dropFirst())
    }

    /// A scalar as a file of rows would hold it; nil for `null`, a list and an object.
    fileprivate var text: String? {
        switch self {
        case .null, .array, .object: nil
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .number(let value): "\(value)"
        case .exact(let value): "\(value)"
        case .string(let value): value
        }
    }
}
