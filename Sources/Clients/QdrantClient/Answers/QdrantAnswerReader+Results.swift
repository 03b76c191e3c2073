import JSON

/// Readers of the results that are more than a value.
extension QdrantAnswerReader {
    /// The value of one member, which has to be there.
    mutating func member<Value>(
        _ name: String, _ read: (inout QdrantAnswerReader) throws(QdrantError) -> Value
    ) throws(QdrantError) -> Value {
        var value: Value?
        try object { reader, key throws(QdrantError) in
            if key == name { value = try read(&reader) } else { try reader.skip() }
        }
        guard let value else { throw malformed("no \(name)") }
        return value
    }

    mutating func number(_ name: String) throws(QdrantError) -> Int {
        try member(name) { reader throws(QdrantError) in Int(clamping: try reader.unsigned()) }
    }

    mutating func list<Element>(
        _ name: String, _ element: (inout QdrantAnswerReader) throws(QdrantError) -> Element
    ) throws(QdrantError) -> [Element] {
        try member(name) { reader throws(QdrantError) in try reader.array(element) }
    }

    mutating func found() throws(QdrantError) -> [QdrantRecord] {
        try list("points") { reader throws(QdrantError) in try reader.record() }
    }

    mutating func page() throws(QdrantError) -> QdrantPage {
        var points: [QdrantRecord]?
        var next: QdrantPointID?
        try object { reader, key throws(QdrantError) in
            switch key {
            case "points": points = try reader.records()
            case "next_page_offset": next = try reader.skipNull() ? nil : reader.pointID()
            default: try reader.skip()
            }
        }
        guard let points else { throw malformed("a page without points") }
        return QdrantPage(points: points, next: next)
    }

    mutating func groups() throws(QdrantError) -> [QdrantGroup] {
        try list("groups") { reader throws(QdrantError) in
            var value: JSONValue?
            var points: [QdrantRecord] = []
            try reader.object { reader, key throws(QdrantError) in
                switch key {
                case "id": value = try reader.tree()
                case "hits": points = try reader.records()
                default: try reader.skip()
                }
            }
            guard let value else { throw reader.malformed("a group without id") }
            return QdrantGroup(value: value, points: points)
        }
    }

    mutating func facets() throws(QdrantError) -> [QdrantFacet] {
        try list("hits") { reader throws(QdrantError) in
            var value: JSONValue?
            var count: Int?
            try reader.object { reader, key throws(QdrantError) in
                switch key {
                case "value": value = try reader.tree()
                case "count": count = try reader.count()
                default: try reader.skip()
                }
            }
            guard let value, let count else { throw reader.malformed("a facet without value or count") }
            return QdrantFacet(value: value, count: count)
        }
    }
}
