/// What a server answers to RUN. A value; safe to use from any thread.
public struct RunSummary: Sendable, Hashable {
    /// The names of the result's fields, in the order of each record's values.
    public var fields: [String]
    /// The server's number of the result; within a transaction only.
    public var queryID: Int?
    /// How long the first record took to be ready, in whole milliseconds; nil where the server does not say.
    public var availableAfter: Int?
    /// The database, where the client named none (5.8).
    public var database: String?

    init(_ metadata: BoltMap) throws(BoltWireError) {
        guard let fields = metadata["fields"]?.list else { throw .malformed("RUN was answered without fields") }
        self.fields = fields.compactMap(\.string)
        guard self.fields.count == fields.count else { throw .malformed("a result whose fields have no names") }
        queryID = metadata["qid"]?.integer
        availableAfter = metadata["t_first"]?.integer
        database = metadata["db"]?.string
    }
}
