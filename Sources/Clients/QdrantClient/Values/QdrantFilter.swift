public import JSON

/// Which points a request is about: those for which all of ``must``, none of ``mustNot``, and one or more of ``should``
/// hold, if there are any of the latter. An empty filter holds for every point. A value; safe to use from any thread.
///
/// ```swift
/// let filter = QdrantFilter(
///     must: [.match("user_id", 42)],
///     mustNot: [.range("interactions", QdrantRange(from: 8))])
/// ```
public struct QdrantFilter: Sendable, Hashable {
    /// Conditions that all hold.
    public var must: [QdrantCondition]
    /// Conditions of which one at least holds, unless there are none.
    public var should: [QdrantCondition]
    /// Conditions of which none holds.
    public var mustNot: [QdrantCondition]

    /// Makes a filter.
    ///
    /// - Parameters:
    ///   - must: Conditions that all hold.
    ///   - should: Conditions of which one at least holds.
    ///   - mustNot: Conditions of which none holds.
    public init(must: [QdrantCondition] = [], should: [QdrantCondition] = [], mustNot: [QdrantCondition] = []) {
        self.must = must
        self.should = should
        self.mustNot = mustNot
    }
}

/// One condition of a ``QdrantFilter``. A condition about a key that a point does not have is false: put its opposite into
/// `mustNot` where points without the key are meant, too.
public indirect enum QdrantCondition: Sendable, Hashable {
    /// The value at the key is this one, or is an array that contains it.
    case match(String, QdrantMatch)
    /// The value at the key is one of these.
    case matchAny(String, [QdrantMatch])
    /// The number at the key is within a range. Qdrant compares as Double: keep whole numbers below 2^53.
    case range(String, QdrantRange<Double>)
    /// The time at the key is within a range of times in RFC 3339, such as `2026-01-30T10:00:00.000000Z`.
    case datetimeRange(String, QdrantRange<String>)
    /// The point has one of these ids.
    case hasID([QdrantPointID])
    /// There is no value at the key, or null, or an empty array.
    case isEmpty(String)
    /// The value at the key is null.
    case isNull(String)
    /// A filter within the filter.
    case filter(QdrantFilter)
    /// Any other condition, as Qdrant's documentation writes it.
    case other(JSONValue)
}

/// What a value of a payload is compared with.
public enum QdrantMatch: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// An integer; equal to whole numbers that were written with a fraction only where the key has an index.
    case integer(Int64)
    /// A text, compared as a whole.
    case keyword(String)
    /// True or false; only of ``QdrantCondition/match(_:_:)``.
    case bool(Bool)

    /// The keyword of a literal.
    ///
    /// - Parameter value: The text.
    public init(stringLiteral value: String) { self = .keyword(value) }

    /// The integer of a literal.
    ///
    /// - Parameter value: The number.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    func write(_ json: inout JSONWriter) {
        switch self {
        case .integer(let value): json.integer(value)
        case .keyword(let value): json.string(value)
        case .bool(let value): json.bool(value)
        }
    }
}

/// Bounds of a range, of which any may be missing.
public struct QdrantRange<Bound: Sendable & Hashable>: Sendable, Hashable {
    /// The least value that is within the range.
    public var from: Bound?
    /// The largest value that is within the range.
    public var through: Bound?
    /// The value above which the range begins.
    public var above: Bound?
    /// The value below which the range ends.
    public var below: Bound?

    /// Makes a range.
    ///
    /// - Parameters:
    ///   - from: The least value (`gte`).
    ///   - through: The largest value (`lte`).
    ///   - above: A value that all are larger than (`gt`).
    ///   - below: A value that all are less than (`lt`).
    public init(from: Bound? = nil, through: Bound? = nil, above: Bound? = nil, below: Bound? = nil) {
        self.from = from
        self.through = through
        self.above = above
        self.below = below
    }

    var bounds: [(name: String, value: Bound)] {
        [("gte", from), ("lte", through), ("gt", above), ("lt", below)].compactMap { name, bound in
            bound.map { (name, $0) }
        }
    }
}
