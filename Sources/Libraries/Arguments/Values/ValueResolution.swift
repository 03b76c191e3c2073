/// Chooses for each argument where its value comes from, and gives the values to the properties.
struct ValueResolution {
    let definitions: [ArgumentDefinition]
    let environment: [String: String]

    /// Stores all values; returns what is wrong with them, which are missing, and what each argument then has.
    func store(_ given: [[String]?], settings: Settings?) -> Resolved {
        var resolved = Resolved(settings: settings)
        for (definition, texts) in zip(definitions, given) {
            guard let (texts, source) = find(definition, given: texts, settings: settings) else {
                if definition.isRequired { resolved.missing.append(missingLabel(of: definition)) }
                resolved.add(definition, definition.defaultTexts, .declaration)
                continue
            }
            do throws(ArgumentValueError) {
                try definition.store(texts, source)
                resolved.add(definition, definition.shown(texts), source)
            } catch {
                resolved.problems.append(message(for: error, definition: definition, source: source))
            }
        }
        return resolved
    }

    private func find(
        _ definition: ArgumentDefinition, given: [String]?, settings: Settings?
    ) -> ([String], ArgumentSource)? {
        if let given { return (given, .commandLine) }
        if let variable = definition.environment, let texts = environmentTexts(for: definition) {
            return (texts, .environment(variable))
        }
        // An empty list in a file gives an array no elements, but a single value nothing to be read from.
        guard !definition.isPositional, !definition.isLineOnly, let settings,
            let texts = settings.values[definition.name], definition.isRepeated || !texts.isEmpty
        else { return nil }
        return (texts, .settings(settings.name))
    }

    func environmentTexts(for definition: ArgumentDefinition) -> [String]? {
        guard let text = definition.environment.flatMap({ environment[$0] }) else { return nil }
        let texts = definition.isRepeated ? text.split(separator: ",").map(String.init) : [text]
        // A value that a script or an orchestrator has read from a file often ends with a line feed.
        let values = texts.map(\.trimmingWhiteSpace)
        return values.allSatisfy(\.isEmpty) ? nil : values
    }

    private func missingLabel(of definition: ArgumentDefinition) -> String {
        definition.environment.map { "\(definition.label) (or \($0))" } ?? definition.label
    }

    private func message(
        for error: ArgumentValueError, definition: ArgumentDefinition, source: ArgumentSource
    ) -> String {
        let place =
            switch source {
            case .commandLine, .declaration: definition.shortLabel
            case .environment(let variable): "\(definition.shortLabel), from \(variable) in the environment"
            case .settings(let name): "\(definition.shortLabel), from '\(definition.name)' in \(name)"
            }
        let value = error.value ?? ""
        let shown = definition.isSecret ? "" : " \(DisplayedText.quoted(value))"
        let hint = definition.isSecret ? "" : Suggestion.phrase(for: value, among: definition.allowedValues)
        return "invalid value\(shown) for \(place): expected \(error.expectation)\(hint)"
    }
}
