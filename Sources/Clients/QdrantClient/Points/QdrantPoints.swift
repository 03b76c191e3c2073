public import JSON

/// A point to be written: an id, a vector, and a payload. A value; safe to use from any thread.
public struct QdrantPoint: Sendable, Hashable {
    /// The id.
    public var id: QdrantPointID
    /// The vector, of finite numbers, as many as the collection has.
    public var vector: [Float]
    /// The payload.
    public var payload: [String: JSONValue]

    /// Makes a point.
    ///
    /// - Parameters:
    ///   - id: The id.
    ///   - vector: The vector, of finite numbers.
    ///   - payload: The payload.
    public init(_ id: QdrantPointID, vector: [Float], payload: [String: JSONValue] = [:]) {
        self.id = id
        self.vector = vector
        self.payload = payload
    }
}

/// Points on their way to a collection, kept as the JSON that is sent: a program's own types go into it without a value for
/// each number and field.
///
/// ```swift
/// var points = QdrantPoints()
/// try points.append(.number(42), vector: vector.span) { payload in
///     payload.member("user_id", 42)
///     payload.member("interactions", 17)
/// }
/// ```
///
/// A value: copies go on independently, and no variable may be changed by two threads at once.
public struct QdrantPoints: Sendable {
    private var json: JSONWriter
    /// How many points there are.
    public private(set) var count = 0

    /// No points yet.
    ///
    /// - Parameter capacity: For how many bytes room is allocated at once; about 12 for each number of a vector.
    public init(reserving capacity: Int = 1024) {
        json = JSONWriter(reserving: capacity)
    }

    /// Some points.
    ///
    /// - Parameter points: The points.
    /// - Throws: ``QdrantError`` with `.unencodable` for a vector with a number that is not finite.
    public init(_ points: [QdrantPoint]) throws(QdrantError) {
        self.init()
        for point in points { try append(point) }
    }

    /// How many bytes the points take so far. Requests of 1 to 5 MB are handled best.
    public var byteCount: Int { json.bytes.count }

    /// Adds a point.
    ///
    /// - Parameter point: The point.
    /// - Throws: ``QdrantError`` with `.unencodable` for a vector with a number that is not finite.
    public mutating func append(_ point: QdrantPoint) throws(QdrantError) {
        try append(point.id, vector: point.vector.span) { json in
            for (key, value) in point.payload { json.member(key, value) }
        }
    }

    /// Adds a point whose payload is written from the program's own types.
    ///
    /// - Parameters:
    ///   - id: The id.
    ///   - vector: The vector, of finite numbers.
    ///   - payload: Writes the members of the payload; called once, at once.
    /// - Throws: ``QdrantError`` with `.unencodable` for a vector with a number that is not finite; nothing is added then.
    public mutating func append(
        _ id: QdrantPointID, vector: Span<Float>, payload: (inout JSONWriter) -> Void = { _ in }
    ) throws(QdrantError) {
        guard QdrantVector.isFinite(vector) else {
            throw QdrantError(.unencodable, "the vector of point \(id) has a number that is not finite")
        }
        json.object { json in
            json.key("id")
            json.pointID(id)
            json.key("vector")
            json.floats(vector)
            json.key("payload")
            json.object(payload)
        }
        count += 1
    }

    func write(_ output: inout JSONWriter) {
        output.key("points")
        output.array { $0.raw(json.bytes) }
    }
}
