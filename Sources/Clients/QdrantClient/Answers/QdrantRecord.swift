public import JSON

/// A point as a server gives it. A value; safe to use from any thread.
public struct QdrantRecord: Sendable, Hashable {
    /// The id.
    public internal(set) var id: QdrantPointID
    /// The payload; nil when it was not asked for.
    public internal(set) var payload: QdrantPayload?
    /// The vector of a collection whose vectors have no names; nil when it was not asked for, or the point has none. Under
    /// cosine distance, Qdrant gives vectors of length 1.
    public internal(set) var vector: [Float]?
    /// Vectors by their names, those that are plain arrays of numbers.
    public internal(set) var namedVectors: [String: [Float]] = [:]
    /// How near the point is to what a query asked for; nil without a query, and where the server has an infinite number.
    public internal(set) var score: Float?
    /// The number of the operation that has written the point last; nil where the server does not say it.
    public internal(set) var version: UInt64?
    /// What the points of a scroll are ordered by: a number, for times the microseconds since 1970.
    public internal(set) var orderValue: JSONValue?
}

/// A payload, as the JSON that the server has sent, whose grammar has been checked.
///
/// Keeps the whole answer in memory that it is a part of. A value; safe to use from any thread.
public struct QdrantPayload: Sendable, Hashable {
    private let answer: [UInt8]
    private let range: Range<Int>

    init(_ answer: [UInt8], _ range: Range<Int>) {
        self.answer = answer
        self.range = range
    }

    /// The JSON text: an object.
    public var bytes: ArraySlice<UInt8> { answer[range] }

    /// A reader at the beginning of the object, for programs that make their own types of it.
    public var reader: JSONReader { JSONReader(answer, in: range, maximumDepth: QdrantAnswerReader.depth) }

    /// All fields.
    ///
    /// - Returns: The fields by their keys.
    /// - Throws: ``QdrantError`` with `.malformedAnswer` for a number beyond Double's range, and for keys that Unicode
    ///   takes for equal.
    public func fields() throws(QdrantError) -> [String: JSONValue] {
        do throws(JSONSyntaxError) {
            var reader = reader
            guard case .object(let fields) = try reader.tree() else { return [:] }
            return fields
        } catch {
            throw QdrantError(.malformedAnswer, "a payload cannot be read: \(error)")
        }
    }

    /// Whether both have the same bytes.
    ///
    /// - Parameters:
    ///   - left: A payload.
    ///   - right: Another.
    public static func == (left: QdrantPayload, right: QdrantPayload) -> Bool { left.bytes == right.bytes }

    /// Adds the bytes.
    ///
    /// - Parameter hasher: What they are added to.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// A page of a scroll. A value; safe to use from any thread.
public struct QdrantPage: Sendable, Hashable {
    /// The points.
    public let points: [QdrantRecord]
    /// Where the next page begins; nil on the last one, and always for an ordered scroll.
    public let next: QdrantPointID?
}

/// Points of a query that have one value in common. A value; safe to use from any thread.
public struct QdrantGroup: Sendable, Hashable {
    /// The value: a text or a whole number.
    public let value: JSONValue
    /// The nearest points that have it.
    public let points: [QdrantRecord]
}

/// How many points have a value. A value itself; safe to use from any thread.
public struct QdrantFacet: Sendable, Hashable {
    /// The value: a text, a whole number, true or false.
    public let value: JSONValue
    /// How many points have it.
    public let count: Int
}

extension QdrantAnswerReader {
    mutating func records() throws(QdrantError) -> [QdrantRecord] {
        try array { reader throws(QdrantError) in try reader.record() }
    }

    mutating func record() throws(QdrantError) -> QdrantRecord {
        var id: QdrantPointID?
        // The id comes first, but nothing says so.
        var record = QdrantRecord(id: 0)
        try object { reader, key throws(QdrantError) in
            switch key {
            case "id": id = try reader.pointID()
            case "payload": record.payload = try reader.payload()
            case "vector": try reader.vectors(of: &record)
            case "score": record.score = try reader.float()
            case "version": record.version = try reader.unsigned()
            case "order_value": record.orderValue = try reader.tree()
            default: try reader.skip()
            }
        }
        guard let id else { throw malformed("a point without id") }
        record.id = id
        return record
    }

    private mutating func payload() throws(QdrantError) -> QdrantPayload? {
        if try skipNull() { return nil }
        let token = try step { json throws(JSONSyntaxError) in try json.value() }
        guard token.kind == .object else { throw malformed("expected an object") }
        return QdrantPayload(json.bytes, token.range)
    }

    private mutating func vectors(of record: inout QdrantRecord) throws(QdrantError) {
        switch json.peek() {
        case UInt8(ascii: "["): record.vector = try plainVector()
        case UInt8(ascii: "{"):
            var named: [String: [Float]] = [:]
            try object { reader, name throws(QdrantError) in
                // A sparse vector is an object.
                guard reader.json.peek() == UInt8(ascii: "[") else { return try reader.skip() }
                named[name] = try reader.plainVector()
            }
            record.namedVectors = named
        default: guard try skipNull() else { throw malformed("expected a vector") }
        }
    }

    /// The numbers; nil for a vector of several vectors.
    private mutating func plainVector() throws(QdrantError) -> [Float]? {
        var inside = json
        let isMatrix = try step { _ throws(JSONSyntaxError) in
            try inside.openArray()
            return try inside.nextElement(isFirst: true) && inside.peek() == UInt8(ascii: "[")
        }
        guard !isMatrix else {
            try skip()
            return nil
        }
        return try step { json throws(JSONSyntaxError) in try json.floats() }
    }
}
