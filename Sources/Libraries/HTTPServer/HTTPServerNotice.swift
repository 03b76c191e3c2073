/// What a server tells of while it runs (``HTTPServerConfiguration/report``).
public enum HTTPServerNotice: Sendable, Hashable {
    /// The process may open too few descriptors: the server takes so many connections, in place of those that the
    /// configuration allows, for which the process would need `neededDescriptors`. Told when the server starts.
    case connectionsBounded(to: Int, neededDescriptors: Int)
    /// A client was turned away, since the server has as many connections as it takes.
    case connectionRefused(limit: Int)
    /// Descriptors or memory have run out: new clients wait until a connection closes. `errno` says which, `EMFILE` for
    /// example.
    case acceptingPaused(errno: Int32)
}
