/// Any JSON value as a tree, for what a program carries without knowing its members.
///
/// Numbers keep their exact value and, as in Python and SQL, whether they were written as integers: `1` and `1.0`
/// differ. Of two members with the same key the last counts, as in JavaScript and Python.
///
/// A value without shared state, safe to use from any thread. Walking over a value, writing it and comparing it take as
/// many levels of the stack as it is deep; ``init(parsing:)`` bounds that to ``JSONReader/standardDepth``.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number that is written without fraction and exponent, within Int64's range.
    case integer(Int64)
    /// A number that is written without fraction and exponent, above Int64's range and within UInt64's.
    case unsigned(UInt64)
    /// A finite number that is written with fraction or exponent.
    case number(Double)
    /// A number that none of the other cases holds exactly.
    case exact(JSONNumber)
    /// A string, with escape sequences replaced by what they stand for.
    case string(String)
    /// An array, in the order of its elements.
    case array([JSONValue])
    /// An object; the order of its members is not kept.
    case object([String: JSONValue])
}
