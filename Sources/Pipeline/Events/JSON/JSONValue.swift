/// Any JSON value, for the parts of an event that the pipeline carries without reading them.
///
/// Numbers keep their exact value and, as in Python and SQL, whether they were written as integers: `1` and `1.0`
/// differ. Of two members with one key the last counts, as in JavaScript and Python.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// An integer above Int64's range.
    case unsigned(UInt64)
    /// Finite.
    case number(Double)
    /// A number that none of the other cases holds exactly.
    case exact(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}
