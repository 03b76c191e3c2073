/// Any JSON value, for what is carried without being read.
///
/// Numbers keep their exact value and, as in Python and SQL, whether they were written as integers: `1` and `1.0`
/// differ. Of two members with one key the last counts, as in JavaScript and Python.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number written without fraction and exponent, in Int64's range.
    case integer(Int64)
    /// An integer above Int64's range.
    case unsigned(UInt64)
    /// A finite number written with fraction or exponent.
    case number(Double)
    /// A number that none of the other cases holds exactly.
    case exact(JSONNumber)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; the order of its members is not kept.
    case object([String: JSONValue])
}
