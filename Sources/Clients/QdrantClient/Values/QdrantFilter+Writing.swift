import JSON

extension QdrantFilter {
    var isEmpty: Bool { must.isEmpty && should.isEmpty && mustNot.isEmpty }

    func write(_ json: inout JSONWriter) throws(QdrantError) {
        try json.object { json throws(QdrantError) in
            for (name, conditions) in [("must", must), ("should", should), ("must_not", mustNot)]
            where !conditions.isEmpty {
                json.key(name)
                try json.array { json throws(QdrantError) in
                    for condition in conditions { try condition.write(&json) }
                }
            }
        }
    }
}

extension QdrantFilter {
    /// Writes the member of a request; an empty filter is left out.
    func writeMember(_ json: inout JSONWriter) throws(QdrantError) {
        if isEmpty { return }
        json.key("filter")
        try write(&json)
    }
}

extension QdrantCondition {
    func write(_ json: inout JSONWriter) throws(QdrantError) {
        switch self {
        case .filter(let filter): return try filter.write(&json)
        case .other(let value): return json.value(value)
        default: break
        }
        try json.object { json throws(QdrantError) in
            switch self {
            case .match(let key, let match):
                json.member("key", key)
                json.key("match")
                json.object { json in
                    json.key("value")
                    match.write(&json)
                }
            case .matchAny(let key, let matches):
                json.member("key", key)
                json.key("match")
                json.object { json in
                    json.key("any")
                    json.array { json in
                        for match in matches { match.write(&json) }
                    }
                }
            case .range(let key, let range):
                // JSON has no infinite numbers, and Qdrant takes null for no bound at all.
                guard range.bounds.allSatisfy(\.value.isFinite) else {
                    throw QdrantError(.unencodable, "a bound of the range of \(key) is not a finite number")
                }
                json.range(key, range) { $0.double($1) }
            case .datetimeRange(let key, let range): json.range(key, range) { $0.string($1) }
            case .hasID(let ids):
                json.key("has_id")
                json.pointIDs(ids)
            case .isEmpty(let key): json.subject("is_empty", key)
            case .isNull(let key): json.subject("is_null", key)
            case .filter, .other: break
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func range<Bound>(
        _ key: String, _ range: QdrantRange<Bound>, _ write: (inout JSONWriter, Bound) -> Void
    ) {
        member("key", key)
        self.key("range")
        object { json in
            for (name, value) in range.bounds {
                json.key(name)
                write(&json, value)
            }
        }
    }

    fileprivate mutating func subject(_ name: String, _ key: String) {
        self.key(name)
        object { $0.member("key", key) }
    }
}
