/// The values that a command would run with, and where each comes from.
public struct ValueListing: Equatable, Sendable {
    /// An argument with its value.
    public struct Entry: Equatable, Sendable {
        /// The long name without dashes, or that of a value known by its place.
        public let name: String

        /// The value: one text, or several for an argument that repeats; stars in place of a secret. Empty if there is
        /// neither a value nor a default.
        public let texts: [String]

        /// Whether the argument is declared as one that repeats.
        public let isRepeated: Bool

        /// Where the value comes from.
        public let source: ArgumentSource
    }

    /// The command, as the user types it: `shop list`.
    public let command: String

    /// What messages call the settings that were read; nil if there are none.
    public let settings: String?

    /// All arguments in order of declaration, without those that the help leaves out.
    public let entries: [Entry]

    /// Whether the flag of this long name is on.
    public func isOn(_ name: String) -> Bool {
        entries.contains { $0.name == name && $0.texts == ["true"] }
    }
}

extension CommandParser {
    /// The name that has the values listed: `--print-config` for settings that come by `--config`; nil for a program
    /// without settings.
    var printName: String? { settings.map { "--print-\($0.option)" } }

    /// The values that `words`, the environment and the settings hold, without the checks of several values: a listing
    /// shows where those that contradict each other come from, and arguments that are missing are no matter.
    func listing(at node: CommandNode, from words: [String]) throws(UsageError) -> ValueListing {
        let resolved = try resolve(node.definitions, at: node, from: words)
        guard resolved.problems.isEmpty else { throw usageError(resolved.problems, at: node) }
        return ValueListing(
            command: node.name, settings: resolved.settings?.name, entries: resolved.entries)
    }
}
