/// Declares a name without a value: a `Bool` that the name makes true, or an `Int` that counts how often it is given.
///
/// Where the command line is silent, the environment variable and then the settings are asked.
@propertyWrapper
public struct Flag<Content: ArgumentContent>: ArgumentDeclaring, Sendable {
    private var property: ArgumentProperty<Content>

    /// The value, which is the default until the parser has set it.
    public var wrappedValue: Content {
        get { property.content }
        set { property.content = newValue }
    }

    /// Where the parser took the value from.
    public var projectedValue: ArgumentSource { property.source }

    /// Declares a flag that is on or off.
    ///
    /// - Parameters:
    ///   - wrappedValue: The default: false, unless you say otherwise.
    ///   - name: The name without dashes; by default that of the property.
    ///   - short: The letter of the short form.
    ///   - inversion: Whether `--no-` before the name makes it false; for flags that are true by default.
    ///   - help: One or more sentences for the help.
    ///   - environment: The variable that is asked where the command line is silent: `true`, `false`, `1`, `0` ...
    ///   - hidden: Whether the help and completion leave it out.
    public init(
        wrappedValue: Bool = false, name: String = "", short: Character? = nil, inversion: Bool = false, help: String,
        environment: String? = nil, hidden: Bool = false
    ) where Content == Bool {
        property = ArgumentProperty(
            ArgumentDefinition(
                Content.self, kind: .flag(hasInversion: inversion), name: name, short: short, help: help,
                environment: environment, hidden: hidden),
            initial: wrappedValue)
    }

    /// Declares a flag that counts how often it is given: `-vvv` gives 3.
    ///
    /// - Parameters:
    ///   - wrappedValue: The default: 0, unless you say otherwise.
    ///   - name: The name without dashes; by default that of the property.
    ///   - short: The letter of the short form.
    ///   - help: One or more sentences for the help.
    ///   - environment: The variable that is asked where the command line is silent: a number.
    ///   - hidden: Whether the help and completion leave it out.
    public init(
        wrappedValue: Int = 0, name: String = "", short: Character? = nil, help: String, environment: String? = nil,
        hidden: Bool = false
    ) where Content == Int {
        property = ArgumentProperty(
            ArgumentDefinition(
                Content.self, kind: .counter, name: name, short: short, help: help, environment: environment,
                hidden: hidden),
            initial: wrappedValue)
    }

    func definition(propertyName: String) -> ArgumentDefinition {
        property.definition(propertyName: propertyName)
    }
}
