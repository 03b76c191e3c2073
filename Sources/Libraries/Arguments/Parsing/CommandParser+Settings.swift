extension CommandParser {
    /// The settings from the file that the option for it names on the command line or in the environment, or from where
    /// the program looks without it.
    func loadSettings(
        _ resolution: ValueResolution, given: [[String]?], problems: inout [String]
    ) -> Settings? {
        guard let settings else { return nil }
        let definitions = resolution.definitions
        func texts(of option: String) -> [String]? {
            let index = definitions.firstIndex { $0.kind == .option && $0.name == option }
            return index.flatMap { given[$0] ?? resolution.environmentTexts(for: definitions[$0]) }
        }
        do {
            return try settings.load(texts(of: settings.option)?.last) { option in
                if let given = texts(of: option)?.last { return given }
                // A command without the option goes by what it is for the others.
                let declared = (definitions + root.allDefinitions).first { $0.kind == .option && $0.name == option }
                return declared.flatMap { (resolution.environmentTexts(for: $0) ?? $0.defaultTexts).last }
            }
        } catch {
            problems.append("\(error)")
            return nil
        }
    }

    /// A setting that no command knows is a typing error that would otherwise go unseen.
    func unknownSettings(in settings: Settings?) -> [String] {
        guard let settings else { return [] }
        let declared = root.allDefinitions.filter { !$0.isPositional }
        let names = declared.filter { !$0.isLineOnly }.map(\.name)
        return settings.values.keys.filter { !names.contains($0) }.sorted().map { key in
            guard !declared.contains(where: { $0.name == key }) else {
                return "'\(key)' in \(settings.name) is a matter of the command line alone: --\(key)"
            }
            return "unknown setting \(DisplayedText.quoted(key)) in \(settings.name)"
                + Suggestion.phrase(for: key, among: names)
        }
    }
}
