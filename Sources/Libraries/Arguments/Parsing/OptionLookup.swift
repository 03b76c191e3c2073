/// Finds the declarations that the options in a command line mean.
struct OptionLookup {
    /// What one option in a word means for the definition at an index.
    enum Meaning: Equatable {
        /// A flag that is true or false, or one more of a counter.
        case flag(index: Int, isOn: Bool)
        /// An option with its value, or without: then the value is the next word.
        case value(index: Int, attached: String?)
    }

    private let definitions: [ArgumentDefinition]
    private var longNames: [String: (index: Int, meaning: Bool)] = [:]
    private var shortNames: [Character: Int] = [:]

    init(_ definitions: [ArgumentDefinition]) {
        self.definitions = definitions
        for (index, definition) in definitions.enumerated() {
            for (name, meaning) in definition.longNames where longNames[name] == nil {
                longNames[name] = (index, meaning)
            }
            if let short = definition.short, shortNames[short] == nil { shortNames[short] = index }
        }
    }

    /// What `word`, which has the form of an option, means: several flags if short ones stand together.
    func read(_ word: ArgumentWord) throws(ArgumentSyntaxError) -> [Meaning] {
        switch word {
        case .plain: []
        case .long(let name, let value): [try readLong(name, value: value)]
        case .short(let letters): try readShort(letters)
        }
    }

    private func readLong(_ name: String, value: String?) throws(ArgumentSyntaxError) -> Meaning {
        guard let (index, isOn) = longNames[name] else {
            let known = definitions.filter { !$0.isHidden }.flatMap { $0.longNames.map(\.name) }
            let hint = Suggestion.phrase(for: name, among: known + CommandParser.helpNames)
            throw ArgumentSyntaxError(message: "unknown option \(DisplayedText.quoted(name))\(hint)")
        }
        if definitions[index].takesValue { return .value(index: index, attached: value) }
        guard value == nil else { throw ArgumentSyntaxError(message: "\(name) takes no value") }
        return .flag(index: index, isOn: isOn)
    }

    private func readShort(_ letters: Substring) throws(ArgumentSyntaxError) -> [Meaning] {
        // `-port` is a long option with a dash too few, and hardly ever -p with the value "ort".
        let long = "--\(letters.prefix { $0 != "=" })"
        if letters.count > 1, longNames[long] != nil {
            throw ArgumentSyntaxError(
                message: "unknown option \(DisplayedText.quoted(String(long.dropFirst()))); did you mean '\(long)'?")
        }
        var meanings: [Meaning] = []
        var rest = letters
        while let letter = rest.popFirst() {
            guard let index = shortNames[letter] else {
                let place = letters.count > 1 ? " in \(DisplayedText.quoted("-\(letters)"))" : ""
                throw ArgumentSyntaxError(message: "unknown option \(DisplayedText.quoted("-\(letter)"))\(place)")
            }
            if definitions[index].takesValue {
                let attached = rest.first == "=" ? rest.dropFirst() : rest
                meanings.append(.value(index: index, attached: rest.isEmpty ? nil : String(attached)))
                return meanings
            }
            meanings.append(.flag(index: index, isOn: true))
        }
        return meanings
    }
}
