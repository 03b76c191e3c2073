/// Sorts the words of a command line to the arguments that a command declares.
struct ArgumentBinding {
    private let definitions: [ArgumentDefinition]
    private let lookup: OptionLookup
    /// The texts for each definition; `nil` where the line is silent.
    private var texts: [[String]?]
    private var positionals: ArraySlice<Int>

    init(_ definitions: [ArgumentDefinition]) {
        self.definitions = definitions
        lookup = OptionLookup(definitions)
        texts = definitions.map { _ in nil }
        positionals = definitions.indices.filter { definitions[$0].isPositional }[...]
    }

    /// The texts that `words` hold for each definition; `nil` where they are silent.
    mutating func bind(_ words: [String]) throws(ArgumentSyntaxError) -> [[String]?] {
        var rest = words[...]
        var optionsEnded = false
        while let word = rest.popFirst() {
            let form = ArgumentWord(word)
            if optionsEnded || (word != "--" && !form.isOption) {
                try bindPositional(word)
            } else if word == "--" {
                optionsEnded = true
            } else {
                for meaning in try lookup.read(form) { try bind(meaning, rest: &rest) }
            }
        }
        return texts
    }

    private mutating func bind(
        _ meaning: OptionLookup.Meaning, rest: inout ArraySlice<String>
    ) throws(ArgumentSyntaxError) {
        switch meaning {
        case .flag(let index, let isOn):
            if definitions[index].kind == .counter {
                let count = texts[index]?.last.flatMap { Int($0) } ?? 0
                texts[index] = [String(count + 1)]
            } else {
                texts[index] = [isOn.argumentText]
            }
        case .value(let index, let attached?):
            texts[index, default: []].append(attached)
        case .value(let index, nil):
            guard let next = rest.first, next != "--", !ArgumentWord(next).isOption else {
                throw ArgumentSyntaxError(message: missingValue(of: definitions[index], next: rest.first))
            }
            rest.removeFirst()
            texts[index, default: []].append(next)
        }
    }

    private func missingValue(of definition: ArgumentDefinition, next: String?) -> String {
        let message = "--\(definition.name) needs a value: \(definition.label)"
        guard let next, next != "--", !definition.isSecret else { return message }
        return
            "\(message); to give one that starts with a dash, write --\(definition.name)=\(DisplayedText.shown(next))"
    }

    private mutating func bindPositional(_ word: String) throws(ArgumentSyntaxError) {
        guard let index = positionals.first else {
            throw ArgumentSyntaxError(message: "unexpected argument \(DisplayedText.quoted(word))")
        }
        texts[index, default: []].append(word)
        if !definitions[index].isRepeated { positionals.removeFirst() }
    }
}

extension Array where Element == [String]? {
    /// The element at `index`, or `initial` for one that is not there yet.
    fileprivate subscript(index: Int, default initial: [String]) -> [String] {
        get { self[index] ?? initial }
        set { self[index] = newValue }
    }
}
