/// How a shell completes the value of an argument. It offers, and restricts nothing.
public enum ArgumentCompletion: Equatable, Sendable {
    /// By the allowed values of its type, if those can be listed.
    case allowedValues
    /// By the names of files and folders.
    case file
    /// By the names of folders.
    case directory
    /// By these texts; others are valid too.
    case words([String])
}
