extension CommandParser {
    /// A script that makes `shell` complete the names of commands and options, and the values of options.
    public func completionScript(for shell: Shell) -> String {
        ""
    }
}
