public import JSON

/// What comes with each point. A value; safe to use from any thread.
public struct QdrantFields: Sendable, Hashable {
    /// What comes of a payload.
    public enum Payload: Sendable, Hashable {
        /// Nothing.
        case none
        /// All of it.
        case all
        /// These keys.
        case keys([String])
    }

    /// What comes of the payload.
    public var payload: Payload
    /// Whether the vector comes, too.
    public var vector: Bool

    /// Makes a choice.
    ///
    /// - Parameters:
    ///   - payload: What comes of the payload.
    ///   - vector: Whether the vector comes, too.
    public init(payload: Payload = .none, vector: Bool = false) {
        self.payload = payload
        self.vector = vector
    }

    /// The id alone.
    public static let id = QdrantFields()
    /// The whole payload.
    public static let payload = QdrantFields(payload: .all)
    /// Payload and vector.
    public static let all = QdrantFields(payload: .all, vector: true)

    func write(_ json: inout JSONWriter) {
        // The defaults differ from request to request: both are always said.
        switch payload {
        case .none: json.member("with_payload", false)
        case .all: json.member("with_payload", true)
        case .keys(let keys): json.member("with_payload", .array(keys.map { .string($0) }))
        }
        json.member("with_vector", vector)
    }
}

/// A search for the nearest points. A value; safe to use from any thread.
public struct QdrantQuery: Sendable, Hashable {
    /// What the points are to be near to.
    public enum Target: Sendable, Hashable {
        /// A vector, of finite numbers.
        case vector([Float])
        /// The vector of a point, which is left out of the answer.
        case point(QdrantPointID)
        /// Points that are liked and disliked.
        case recommend(positive: [QdrantPointID], negative: [QdrantPointID], strategy: RecommendStrategy)
        /// Anything else that `query` may be, as Qdrant's documentation writes it.
        case other(JSONValue)
    }

    /// How liked and disliked points make a score.
    public enum RecommendStrategy: String, Sendable, Hashable {
        /// Near to the average of the liked ones, and away from that of the disliked.
        case averageVector = "average_vector"
        /// By the nearest of all of them.
        case bestScore = "best_score"
        /// By the sum over all of them.
        case sumScores = "sum_scores"
    }

    /// What the points are to be near to; nil: they come in no certain order.
    public var target: Target?
    /// Which points may be found.
    public var filter = QdrantFilter()
    /// How many points at most.
    public var limit: Int
    /// How many of the nearest points are left out.
    public var offset = 0
    /// What comes with each point.
    public var fields = QdrantFields.id
    /// Points with a lower score are left out, under distances with an equal one as well. Never an earlier score itself.
    public var scoreThreshold: Float?
    /// Whether all points are compared, without the help of an index.
    public var isExact = false
    /// The collection that ``target``'s points are taken from; nil for the one that is searched.
    public var lookupCollection: String?

    /// Makes a search.
    ///
    /// - Parameters:
    ///   - target: What the points are to be near to.
    ///   - filter: Which points may be found.
    ///   - limit: How many points at most.
    ///   - fields: What comes with each point.
    public init(
        _ target: Target? = nil, where filter: QdrantFilter = QdrantFilter(), limit: Int = 10,
        with fields: QdrantFields = .id
    ) {
        self.target = target
        self.filter = filter
        self.limit = limit
        self.fields = fields
    }

    func write(_ json: inout JSONWriter, _ more: (inout JSONWriter) -> Void = { _ in }) throws(QdrantError) {
        try json.object { json throws(QdrantError) in
            if let target {
                json.key("query")
                try target.write(&json)
            }
            try filter.writeMember(&json)
            json.member("limit", limit)
            if offset > 0 { json.member("offset", offset) }
            if let scoreThreshold {
                guard scoreThreshold.isFinite else {
                    throw QdrantError(.unencodable, "the threshold of a query is not a finite number")
                }
                json.key("score_threshold")
                json.float(scoreThreshold)
            }
            if isExact { json.member("params", .object(["exact": .bool(true)])) }
            if let lookupCollection { json.member("lookup_from", ["collection": lookupCollection]) }
            fields.write(&json)
            more(&json)
        }
    }
}

extension QdrantQuery.Target {
    func write(_ json: inout JSONWriter) throws(QdrantError) {
        switch self {
        case .vector(let vector):
            guard QdrantVector.isFinite(vector.span) else {
                throw QdrantError(.unencodable, "the vector of a query has a number that is not finite")
            }
            json.floats(vector.span)
        case .point(let id): json.pointID(id)
        case .recommend(let positive, let negative, let strategy):
            json.object { json in
                json.key("recommend")
                json.object { json in
                    json.key("positive")
                    json.pointIDs(positive)
                    json.key("negative")
                    json.pointIDs(negative)
                    json.member("strategy", strategy.rawValue)
                }
            }
        case .other(let value): json.value(value)
        }
    }
}

/// Which points a scroll reads. A value; safe to use from any thread.
public struct QdrantScroll: Sendable, Hashable {
    /// An order by a value instead of the id.
    public struct Order: Sendable, Hashable {
        /// The key of the value, which has an index of numbers or times.
        public var key: String
        /// Whether the largest comes first.
        public var isDescending: Bool
        /// The value that the page begins with, itself included; a time in RFC 3339 for times.
        public var start: JSONValue?

        /// Makes an order.
        ///
        /// - Parameters:
        ///   - key: The key of the value.
        ///   - isDescending: Whether the largest comes first.
        ///   - start: The value that the page begins with.
        public init(by key: String, isDescending: Bool = false, from start: JSONValue? = nil) {
            self.key = key
            self.isDescending = isDescending
            self.start = start
        }
    }

    /// Which points.
    public var filter: QdrantFilter
    /// The id that the page begins with; nil for the first page, and for every ordered scroll.
    public var offset: QdrantPointID?
    /// How many points at most.
    public var limit: Int
    /// The order; nil for that of the ids. Points with the same value come in an order that differs from server to server:
    /// read all of the last value, and sort them. Pages of an ordered scroll go on by ``Order/start``.
    public var order: Order?
    /// What comes with each point.
    public var fields: QdrantFields

    /// Makes a scroll.
    ///
    /// - Parameters:
    ///   - filter: Which points; all by default.
    ///   - offset: The id that the page begins with.
    ///   - limit: How many points at most.
    ///   - order: An order by a value.
    ///   - fields: What comes with each point.
    public init(
        where filter: QdrantFilter = QdrantFilter(), from offset: QdrantPointID? = nil, limit: Int = 100,
        orderedBy order: Order? = nil, with fields: QdrantFields = .payload
    ) {
        self.filter = filter
        self.offset = offset
        self.limit = limit
        self.order = order
        self.fields = fields
    }

    func write(_ json: inout JSONWriter) throws(QdrantError) {
        try json.object { json throws(QdrantError) in
            try filter.writeMember(&json)
            json.member("limit", limit)
            if let offset {
                json.key("offset")
                json.pointID(offset)
            }
            if let order {
                json.key("order_by")
                json.object { json in
                    json.member("key", order.key)
                    json.member("direction", order.isDescending ? "desc" : "asc")
                    if let start = order.start { json.member("start_from", start) }
                }
            }
            fields.write(&json)
        }
    }
}
