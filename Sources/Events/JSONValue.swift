/// Any JSON value, for the parts of an event that the pipeline carries without reading them.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// An integer above Int64's range.
    case unsigned(UInt64)
    /// Finite.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}
