/// Declares a named value: `--name value`, `--name=value`, `-n value`.
///
/// The type of the property decides the rest: an optional, or one with a default, may be left out; an array takes every
/// value that is given; anything else is required. Where the command line is silent, the environment variable and then
/// the settings are asked; several values in an environment variable are separated by commas.
@propertyWrapper
public struct Option<Content: ArgumentContent>: ArgumentDeclaring, Sendable {
    private var property: ArgumentProperty<Content>

    /// The value. The parser sets it before it hands over the command; reading it earlier ends the process, unless
    /// there is a default.
    public var wrappedValue: Content {
        get { property.content }
        set { property.content = newValue }
    }

    /// Where the parser took the value from.
    public var projectedValue: ArgumentSource { property.source }

    /// Declares an option with a default, which may therefore be left out.
    ///
    /// - Parameters:
    ///   - wrappedValue: The default.
    ///   - name: The name without dashes; by default that of the property: `dataDir` gives `--data-dir`.
    ///   - short: The letter of the short form.
    ///   - help: One or more sentences for the help.
    ///   - valueName: What stands for the value in the help, by default that of the type.
    ///   - environment: The variable that is asked where the command line is silent. White space around a value does
    ///     not count; an empty one counts as unset.
    ///   - secret: Whether the value must never be printed, be it as a default, in the help or in an error.
    ///   - hidden: Whether the help and completion leave it out.
    ///   - completion: How a shell completes the value.
    public init(
        wrappedValue: Content, name: String = "", short: Character? = nil, help: String, valueName: String? = nil,
        environment: String? = nil, secret: Bool = false, hidden: Bool = false,
        completion: ArgumentCompletion = .allowedValues
    ) {
        property = ArgumentProperty(
            ArgumentDefinition(
                Content.self, kind: .option, name: name, short: short, help: help, valueName: valueName,
                environment: environment, secret: secret, hidden: hidden, completion: completion),
            initial: wrappedValue)
    }

    /// Declares an option without a default: required, unless the type is an optional.
    ///
    /// - Parameters:
    ///   - name: The name without dashes; by default that of the property: `dataDir` gives `--data-dir`.
    ///   - short: The letter of the short form.
    ///   - help: One or more sentences for the help.
    ///   - valueName: What stands for the value in the help, by default that of the type.
    ///   - environment: The variable that is asked where the command line is silent. White space around a value does
    ///     not count; an empty one counts as unset.
    ///   - secret: Whether the value must never be printed, be it in the help or in an error.
    ///   - hidden: Whether the help and completion leave it out.
    ///   - completion: How a shell completes the value.
    public init(
        name: String = "", short: Character? = nil, help: String, valueName: String? = nil,
        environment: String? = nil, secret: Bool = false, hidden: Bool = false,
        completion: ArgumentCompletion = .allowedValues
    ) {
        property = ArgumentProperty(
            ArgumentDefinition(
                Content.self, kind: .option, name: name, short: short, help: help, valueName: valueName,
                environment: environment, secret: secret, hidden: hidden, completion: completion),
            initial: nil)
    }

    func definition(propertyName: String) -> ArgumentDefinition {
        property.definition(propertyName: propertyName)
    }
}
