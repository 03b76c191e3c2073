public import BoltWire

/// A query with its parameters. A value; safe to use from any thread.
///
/// ```swift
/// let query = BoltQuery("MATCH (u:User {user_id: $id}) RETURN u.name AS name", ["id": 42])
/// ```
public struct BoltQuery: Sendable, CustomStringConvertible {
    /// The query's text.
    public var text: String
    /// Writes the parameters: exactly one value, which is a map.
    public var parameters: @Sendable (inout PackStreamWriter) -> Void

    /// Makes a query.
    ///
    /// - Parameters:
    ///   - text: The query's text.
    ///   - parameters: What the text's `$names` stand for.
    public init(_ text: String, _ parameters: BoltMap = [:]) {
        self.init(text) { $0.map(parameters) }
    }

    /// Makes a query whose parameters are written from the application's own types, without a value for each.
    ///
    /// - Parameters:
    ///   - text: The query's text.
    ///   - parameters: Writes exactly one value, which is a map. Called when the query is sent, and again when it is
    ///     repeated, from any thread.
    public init(_ text: String, writing parameters: @escaping @Sendable (inout PackStreamWriter) -> Void) {
        self.text = text
        self.parameters = parameters
    }

    /// The text, without the parameters.
    public var description: String { text }
}
