/// Where a value came from. The cases are in the order in which the parser asks.
public enum ArgumentSource: Hashable, Sendable {
    /// The command line.
    case commandLine
    /// The environment variable of this name.
    case environment(String)
    /// The settings file of this name.
    case settings(String)
    /// Nowhere: the declared default, or nothing for an optional one.
    case declaration
}
