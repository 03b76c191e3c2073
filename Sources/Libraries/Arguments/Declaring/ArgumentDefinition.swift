/// All that help, completion and the parser know of one declared argument.
struct ArgumentDefinition: Sendable {
    enum Kind: Equatable {
        /// A value known by its place.
        case positional
        /// A name followed by a value.
        case option
        /// A name that stands for true; with inversion, `--no-` before it for false.
        case flag(hasInversion: Bool)
        /// A name that counts how often it is given.
        case counter
    }

    var kind: Kind
    /// The name without dashes; that of the property in kebab case unless one was declared.
    var name: String
    var short: Character?
    var help: String
    var valueName: String
    var allowedValues: [String]
    var defaultTexts: [String]
    var isRequired: Bool
    var isRepeated: Bool
    var environment: String?
    var isSecret: Bool
    var isHidden: Bool
    /// Whether only the command line gives it a value: never the environment or the settings.
    var isLineOnly = false
    var completion: ArgumentCompletion
    /// The title of the group that declares it; empty at the command itself.
    var groupTitle = ""
    /// The texts as they may be shown to others: stars for a secret, or an address without its password.
    var shown: @Sendable ([String]) -> [String] = { $0 }
    /// Gives the texts to the property that declared the argument.
    var store: @Sendable ([String], ArgumentSource) throws(ArgumentValueError) -> Void

    /// Whether a value follows the name.
    var takesValue: Bool { kind == .option }

    var isPositional: Bool { kind == .positional }

    /// The long names with dashes that stand for it, and for flags what each means.
    var longNames: [(name: String, meaning: Bool)] {
        switch kind {
        case .positional: []
        case .flag(hasInversion: true): [("--\(name)", true), ("--no-\(name)", false)]
        case .option, .flag, .counter: [("--\(name)", true)]
        }
    }

    /// How messages and usage lines call it: `<file>`, `--port <number>`, `--json`.
    var label: String {
        switch kind {
        case .positional: "<\(name)>"
        case .option: "--\(name) <\(valueName)>"
        case .flag, .counter: "--\(name)"
        }
    }

    /// How messages call it without its value.
    var shortLabel: String { isPositional ? "<\(name)>" : "--\(name)" }
}

extension ArgumentDefinition {
    /// What a wrapper around a property of the type `Content` declares; `ArgumentProperty` adds the default and the
    /// way to store a value.
    init<Content: ArgumentContent>(
        _ content: Content.Type, kind: Kind, name: String, short: Character? = nil, help: String,
        valueName: String? = nil, environment: String? = nil, secret: Bool = false, hidden: Bool = false,
        completion: ArgumentCompletion = .allowedValues
    ) {
        self.init(
            kind: kind, name: name, short: short, help: help, valueName: valueName ?? Content.SingleValue.valueName,
            allowedValues: Content.SingleValue.allowedValues, defaultTexts: [], isRequired: false, isRepeated: false,
            environment: environment, isSecret: secret, isHidden: hidden, completion: completion,
            shown: { Self.shown($0, as: content, secret: secret) },
            store: { (_, _) throws(ArgumentValueError) in })
    }

    private static func shown<Content: ArgumentContent>(
        _ texts: [String], as content: Content.Type, secret: Bool
    ) -> [String] {
        guard secret else { return texts }
        guard Content.SingleValue.hidesSecrets, let value = try? Content(arguments: texts) else { return ["***"] }
        return value.argumentTexts
    }
}
