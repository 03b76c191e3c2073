/// Values for options that neither the command line nor the environment gives, by the long names of the options.
public struct Settings: Sendable {
    /// What messages call the settings, for example the path of a file.
    public var name: String

    /// The texts for each long name without dashes: one, or several for options that repeat. A name that no command
    /// declares is wrong usage, as a mistyped one would go unseen otherwise.
    public var values: [String: [String]]

    /// Makes settings.
    ///
    /// - Parameters:
    ///   - name: What messages call the settings.
    ///   - values: The texts for each long name without dashes.
    public init(name: String, values: [String: [String]]) {
        self.name = name
        self.values = values
    }
}

/// How the parser gets settings from a file that the user names by an option.
public struct SettingsFile: Sendable {
    /// The long name, without dashes, of the option that holds the path, such as `config`.
    public var option: String

    /// Reads the file at the path, on the thread that parses. The path is nil if the user gave none, for default
    /// places to be looked at, which other options may name: `text` gives what the command line, the environment or
    /// else the declaration say of one. The result is nil if there are no settings.
    ///
    /// What it throws is reported as wrong usage, by the description of the error.
    public var load: @Sendable (_ path: String?, _ text: (_ option: String) -> String?) throws -> Settings?

    /// Makes a source of settings whose default places depend on other options.
    ///
    /// - Parameters:
    ///   - option: The long name, without dashes, of the option that holds the path.
    ///   - load: Reads the file at the path, or at a default place; see ``load``.
    public init(
        option: String,
        load: @escaping @Sendable (_ path: String?, _ text: (_ option: String) -> String?) throws -> Settings?
    ) {
        self.option = option
        self.load = load
    }

    /// Makes a source of settings.
    ///
    /// - Parameters:
    ///   - option: The long name, without dashes, of the option that holds the path.
    ///   - load: Reads the file at the path, which is nil if the user gave none.
    public init(option: String, load: @escaping @Sendable (_ path: String?) throws -> Settings?) {
        self.init(option: option) { path, _ in try load(path) }
    }
}
