import HTTPMessages
import JSON

extension QdrantRequest where Answer == QdrantUpdate {
    /// Changes points of a collection.
    ///
    /// - Parameters:
    ///   - operation: What is changed.
    ///   - collection: The name of the collection, or an alias.
    ///   - options: How the write is carried out.
    public static func update(
        _ operation: QdrantOperation, in collection: String, _ options: QdrantWriteOptions = QdrantWriteOptions()
    ) -> QdrantRequest {
        let (method, path) = operation.place
        return QdrantRequest(
            method, ["collections", collection, "points"] + path, query: options.query,
            reserving: 256 + operation.byteCount
        ) { json throws(QdrantError) in
            if operation.isEmpty { throw QdrantError(.unencodable, "a change of no points is refused by Qdrant") }
            try operation.write(&json)
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.update(waits: options.waits) }
        }
    }
}

extension QdrantRequest where Answer == [QdrantUpdate] {
    /// Carries out changes of points one after the other. They are no transaction: where one fails, those before it stay.
    ///
    /// - Parameters:
    ///   - operations: What is changed; those about no points are left out of what is sent.
    ///   - collection: The name of the collection, or an alias.
    ///   - options: How the writes are carried out.
    public static func updates(
        _ operations: [QdrantOperation], in collection: String, _ options: QdrantWriteOptions = QdrantWriteOptions()
    ) -> QdrantRequest {
        let operations = operations.filter { !$0.isEmpty }
        let count = operations.count
        return QdrantRequest(
            .post, ["collections", collection, "points", "batch"], query: options.query,
            reserving: operations.reduce(256) { $0 + $1.byteCount }
        ) { json throws(QdrantError) in
            if operations.isEmpty { throw QdrantError(.unencodable, "a batch without changes is refused by Qdrant") }
            try json.object { json throws(QdrantError) in
                json.key("operations")
                try json.array { json throws(QdrantError) in
                    for operation in operations {
                        try json.object { json throws(QdrantError) in
                            json.key(operation.name)
                            try operation.write(&json)
                        }
                    }
                }
            }
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.updates(count, waits: options.waits) }
        }
    }
}

extension QdrantOperation {
    /// About how many bytes its JSON has, of an operation that may have many.
    fileprivate var byteCount: Int {
        guard case .upsert(let points, _, _) = self else { return 512 }
        return points.byteCount + 512
    }

    fileprivate var place: (method: HTTPMethod, path: [String]) {
        switch self {
        case .upsert: (.put, [])
        case .delete: (.post, ["delete"])
        case .setPayload: (.post, ["payload"])
        case .overwritePayload: (.put, ["payload"])
        case .deletePayload: (.post, ["payload", "delete"])
        case .clearPayload: (.post, ["payload", "clear"])
        case .updateVectors: (.put, ["vectors"])
        }
    }
}

extension QdrantRequest where Answer == [QdrantRecord] {
    /// Reads points by their ids. Missing ones are left out of the answer, repeated ones come once, in no certain order.
    ///
    /// - Parameters:
    ///   - ids: The ids.
    ///   - collection: The name of the collection, or an alias.
    ///   - fields: What comes with each point.
    ///   - options: How the read is carried out.
    public static func points(
        _ ids: [QdrantPointID], in collection: String, with fields: QdrantFields = .payload,
        _ options: QdrantReadOptions = QdrantReadOptions()
    ) -> QdrantRequest {
        QdrantRequest(
            .post, ["collections", collection, "points"], query: options.query, isRead: true
        ) { json throws(QdrantError) in
            json.object { json in
                json.key("ids")
                json.pointIDs(ids)
                fields.write(&json)
            }
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.records() }
        }
    }

    /// Finds the points that are nearest to something; without a vector or point, some points that the filter selects.
    ///
    /// - Parameters:
    ///   - query: What is searched for.
    ///   - collection: The name of the collection, or an alias.
    ///   - options: How the read is carried out.
    public static func query(
        _ query: QdrantQuery, in collection: String, _ options: QdrantReadOptions = QdrantReadOptions()
    ) -> QdrantRequest {
        QdrantRequest(
            .post, ["collections", collection, "points", "query"], query: options.query, isRead: true
        ) { json throws(QdrantError) in
            try query.write(&json)
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.found() }
        }
    }
}

extension QdrantRequest where Answer == [[QdrantRecord]] {
    /// Carries out several queries, and gives the answers in their order.
    ///
    /// - Parameters:
    ///   - queries: What is searched for.
    ///   - collection: The name of the collection, or an alias.
    ///   - options: How the reads are carried out.
    public static func queries(
        _ queries: [QdrantQuery], in collection: String, _ options: QdrantReadOptions = QdrantReadOptions()
    ) -> QdrantRequest {
        let count = queries.count
        return QdrantRequest(
            .post, ["collections", collection, "points", "query", "batch"], query: options.query, isRead: true
        ) { json throws(QdrantError) in
            try json.object { json throws(QdrantError) in
                json.key("searches")
                try json.array { json throws(QdrantError) in
                    for query in queries { try query.write(&json) }
                }
            }
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in
                let found = try reader.array { reader throws(QdrantError) in try reader.found() }
                guard found.count == count else { throw reader.malformed("\(found.count) answers to \(count) queries") }
                return found
            }
        }
    }
}

extension QdrantRequest where Answer == [QdrantGroup] {
    /// Finds the nearest points, grouped by a value of their payloads.
    ///
    /// - Parameters:
    ///   - query: What is searched for; its limit is the number of groups.
    ///   - key: The key of the value, which has an index.
    ///   - size: How many points a group has at most.
    ///   - collection: The name of the collection, or an alias.
    ///   - options: How the read is carried out.
    public static func groups(
        of query: QdrantQuery, by key: String, size: Int, in collection: String,
        _ options: QdrantReadOptions = QdrantReadOptions()
    ) -> QdrantRequest {
        QdrantRequest(
            .post, ["collections", collection, "points", "query", "groups"], query: options.query, isRead: true
        ) { json throws(QdrantError) in
            try query.write(&json) { json in
                json.member("group_by", key)
                json.member("group_size", size)
            }
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.groups() }
        }
    }
}

extension QdrantRequest where Answer == QdrantPage {
    /// Reads points page by page, in the order of their ids or of a value.
    ///
    /// - Parameters:
    ///   - scroll: Which points, and where the page begins.
    ///   - collection: The name of the collection, or an alias.
    ///   - options: How the read is carried out.
    public static func scroll(
        _ scroll: QdrantScroll, in collection: String, _ options: QdrantReadOptions = QdrantReadOptions()
    ) -> QdrantRequest {
        QdrantRequest(
            .post, ["collections", collection, "points", "scroll"], query: options.query, isRead: true
        ) { json throws(QdrantError) in
            try scroll.write(&json)
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.page() }
        }
    }
}

extension QdrantRequest where Answer == Int {
    /// Counts points.
    ///
    /// - Parameters:
    ///   - collection: The name of the collection, or an alias.
    ///   - filter: Which points; all by default.
    ///   - isExact: Whether the number is exact, which is the default: an estimate may be half of all for none.
    ///   - options: How the read is carried out.
    public static func count(
        in collection: String, where filter: QdrantFilter = QdrantFilter(), isExact: Bool = true,
        _ options: QdrantReadOptions = QdrantReadOptions()
    ) -> QdrantRequest {
        QdrantRequest(
            .post, ["collections", collection, "points", "count"], query: options.query, isRead: true
        ) { json throws(QdrantError) in
            try json.object { json throws(QdrantError) in
                json.member("exact", isExact)
                try filter.writeMember(&json)
            }
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.number("count") }
        }
    }
}

extension QdrantRequest where Answer == [QdrantFacet] {
    /// Counts the points of each value, the most frequent first.
    ///
    /// - Parameters:
    ///   - key: The key of the value, which has an index of keywords, integers or truth values.
    ///   - filter: Which points; all by default.
    ///   - limit: How many values at most.
    ///   - collection: The name of the collection, or an alias.
    ///   - options: How the read is carried out.
    public static func facet(
        of key: String, where filter: QdrantFilter = QdrantFilter(), limit: Int = 10, in collection: String,
        _ options: QdrantReadOptions = QdrantReadOptions()
    ) -> QdrantRequest {
        QdrantRequest(
            .post, ["collections", collection, "facet"], query: options.query, isRead: true
        ) { json throws(QdrantError) in
            try json.object { json throws(QdrantError) in
                json.member("key", key)
                json.member("limit", limit)
                json.member("exact", true)
                try filter.writeMember(&json)
            }
        } read: { reader throws(QdrantError) in
            try reader.result { reader throws(QdrantError) in try reader.facets() }
        }
    }
}
