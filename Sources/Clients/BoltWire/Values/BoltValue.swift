/// A value of PackStream: what queries take as parameters and give as results. A value; safe to use from any thread.
///
/// Equal values have the same type: the integer 5 is not the float 5.0. Floats are compared as `Double` is, so that NaN
/// equals nothing.
public enum BoltValue: Sendable, Hashable {
    /// No value.
    case null
    /// A truth value.
    case boolean(Bool)
    /// A whole number of 64 bits.
    case integer(Int)
    /// A floating-point number of 64 bits.
    case float(Double)
    /// Bytes.
    case bytes([UInt8])
    /// A text.
    case string(String)
    /// A list, whose values may have several types.
    case list([BoltValue])
    /// A map.
    case map(BoltMap)
    /// A node of the graph; in results only.
    indirect case node(BoltNode)
    /// A relationship with its ends; in results only.
    indirect case relationship(BoltRelationship)
    /// A relationship without its ends; in results only.
    indirect case unboundRelationship(BoltUnboundRelationship)
    /// A path; in results only.
    indirect case path(BoltPath)
    /// A day.
    case date(BoltDate)
    /// A time of the day with its distance to UTC.
    case time(BoltTime)
    /// A time of the day anywhere.
    case localTime(BoltLocalTime)
    /// A point in time, with the distance to UTC of the clock that showed it.
    case dateTime(BoltDateTime)
    /// A point in time in a time zone with a name.
    indirect case zonedDateTime(BoltZonedDateTime)
    /// A day with a time, anywhere.
    case localDateTime(BoltLocalDateTime)
    /// A length of time.
    indirect case duration(BoltDuration)
    /// A place.
    indirect case point(BoltPoint)
    /// Numbers of one type (6.0).
    indirect case vector(BoltVector)
    /// A UUID (6.1).
    case uuid(BoltUUID)
    /// What the server has and cannot send in the negotiated version (6.0); in results only.
    indirect case unsupported(BoltUnsupportedType)
    /// A structure that this library does not know, as it came.
    indirect case structure(BoltStructure)
}

// Literals, for parameters.
extension BoltValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// No value.
    public init(nilLiteral: ()) { self = .null }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// A floating-point number.
    public init(floatLiteral value: Double) { self = .float(value) }
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A list.
    public init(arrayLiteral elements: BoltValue...) { self = .list(elements) }
    /// A map with the literal's pairs, in their order.
    public init(dictionaryLiteral elements: (String, BoltValue)...) {
        self = .map(BoltMap(elements.map { BoltMap.Entry($0.0, $0.1) }))
    }
}

// What callers ask most often; nil for a value of another type.
extension BoltValue {
    /// The truth value; nil for a value of another type.
    public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
    /// The whole number; nil for a value of another type, also for a float.
    public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    /// The floating-point number; nil for a value of another type, also for an integer.
    public var float: Double? { if case .float(let value) = self { value } else { nil } }
    /// The text; nil for a value of another type.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The list; nil for a value of another type.
    public var list: [BoltValue]? { if case .list(let value) = self { value } else { nil } }
    /// The map; nil for a value of another type.
    public var map: BoltMap? { if case .map(let value) = self { value } else { nil } }
}
