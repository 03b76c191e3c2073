/// What became of the arguments of a command.
struct Resolved {
    let settings: Settings?
    /// What is wrong with values: one sentence each.
    var problems: [String] = []
    /// The labels of required arguments that have no value.
    var missing: [String] = []
    /// What the arguments have that the help shows, in order.
    var entries: [ValueListing.Entry] = []

    init(settings: Settings?) {
        self.settings = settings
    }

    /// The problem that arguments are missing, if any is.
    var missingProblems: [String] {
        guard !missing.isEmpty else { return [] }
        return ["missing \(missing.count == 1 ? "argument" : "arguments"): \(missing.joined(separator: ", "))"]
    }

    mutating func add(_ definition: ArgumentDefinition, _ texts: [String], _ source: ArgumentSource) {
        guard !definition.isHidden else { return }
        entries.append(
            ValueListing.Entry(
                name: definition.name, texts: texts, isRepeated: definition.isRepeated, source: source))
    }
}
