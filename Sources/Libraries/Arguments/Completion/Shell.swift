/// A shell that completion scripts can be made for. As an ``ArgumentValue`` it is read from its name.
public enum Shell: String, CaseIterable, Sendable, ArgumentValue {
    /// GNU Bash 3.2 and later.
    case bash
    /// Z shell.
    case zsh
    /// Fish 3 and later.
    case fish
}
