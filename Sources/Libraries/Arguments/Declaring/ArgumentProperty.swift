/// What the three property wrappers have in common: a definition, the cell, and what the program itself assigned.
struct ArgumentProperty<Content: ArgumentContent>: Sendable {
    private let definition: ArgumentDefinition
    private let cell: ArgumentCell<Content>
    private var assigned: Content?

    init(_ definition: ArgumentDefinition, initial: Content?) {
        let cell = ArgumentCell(initial ?? Content.absentContent)
        var definition = definition
        definition.isRequired = cell.content == nil
        definition.isRepeated = Content.isRepeated
        definition.defaultTexts = initial?.argumentTexts ?? []
        definition.store = { (texts, source) throws(ArgumentValueError) in
            cell.store(try Content(arguments: texts), from: source)
        }
        self.definition = definition
        self.cell = cell
    }

    /// The definition under the name of the property, unless another was declared.
    func definition(propertyName: String) -> ArgumentDefinition {
        var definition = definition
        if definition.name.isEmpty { definition.name = propertyName.kebabCased }
        return definition
    }

    var source: ArgumentSource { cell.source }

    var content: Content {
        get {
            guard let content = assigned ?? cell.content else {
                preconditionFailure("a required argument was read before the parser or the program gave it a value")
            }
            return content
        }
        set { assigned = newValue }
    }
}

/// A property wrapper that declares an argument.
protocol ArgumentDeclaring {
    func definition(propertyName: String) -> ArgumentDefinition
}

extension String {
    /// `maxBodyBytes` as `max-body-bytes`, `qdrantURL` as `qdrant-url`.
    var kebabCased: String {
        let characters = Array(self)
        var result = ""
        for (index, character) in characters.enumerated() {
            let startsWord =
                character.isUppercase && index > 0
                && (!characters[index - 1].isUppercase
                    || (index + 1 < characters.count && characters[index + 1].isLowercase))
            if startsWord && result.last != "-" { result += "-" }
            result += character == "_" ? "-" : character.lowercased()
        }
        return result
    }
}
