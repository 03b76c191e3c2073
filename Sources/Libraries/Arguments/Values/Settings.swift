/// Values for options that neither the command line nor the environment gives, keyed by long names without dashes.
public struct Settings: Sendable {
    /// What messages call it, for example the path of a file.
    public var name: String

    /// The texts for each long name: one, or several for options that repeat.
    public var values: [String: [String]]

    /// Settings called `name` in messages.
    public init(name: String, values: [String: [String]]) {
        self.name = name
        self.values = values
    }
}

/// How the parser comes by settings from a file that the user names by an option.
public struct SettingsFile: Sendable {
    /// The long name, without dashes, of the option that holds the path: `config`.
    public var option: String

    /// Reads the file at the path; `nil` if the user gave none, for a default place to be looked at.
    ///
    /// Whatever it throws is reported as wrong usage, by the error's description.
    public var load: @Sendable (_ path: String?) throws -> Settings?

    /// Settings that `load` reads from the path that the option called `option` holds.
    public init(option: String, load: @escaping @Sendable (_ path: String?) throws -> Settings?) {
        self.option = option
        self.load = load
    }
}
