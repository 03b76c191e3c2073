/// The number of a request on its connection: later requests have higher ones, and answers come in their order. A value;
/// safe to use from any thread.
public struct RequestID: Sendable, Hashable, Comparable, CustomStringConvertible {
    let number: Int

    /// The number, for logs.
    public var description: String { String(number) }

    /// Whether one request was sent before another.
    public static func < (one: RequestID, other: RequestID) -> Bool { one.number < other.number }
}

/// A request that was sent and that no answer will come to. A value; safe to use from any thread.
public struct UnansweredRequest: Sendable, Hashable {
    /// The request.
    public let id: RequestID
    /// Its message's name, such as `COMMIT`.
    public let name: String
    /// Whether the server may have committed what the request asks for, or not: a COMMIT, or a part of a query in a writing
    /// transaction of its own. Whoever repeats it may do it twice.
    public let isOutcomeUnknown: Bool
}
