/// Declares a value that is known by its place: the first `@Argument` takes the first value that belongs to no option,
/// the second one the next, and so on.
///
/// The type of the property decides the rest: an optional, or one with a default, may be left out; an array takes all
/// values that are left, at least one unless it has a default, and has to be the last; anything else is required.
@propertyWrapper
public struct Argument<Content: ArgumentContent>: ArgumentDeclaring, Sendable {
    private var property: ArgumentProperty<Content>

    /// The value. The parser sets it before it hands over the command; reading it earlier ends the process, unless
    /// there is a default.
    public var wrappedValue: Content {
        get { property.content }
        set { property.content = newValue }
    }

    /// Declares an argument with a default, which may therefore be left out.
    ///
    /// - Parameters:
    ///   - wrappedValue: The default.
    ///   - name: What stands for it in the help and in errors; by default the name of the property.
    ///   - help: One or more sentences for the help.
    ///   - completion: How a shell completes the value.
    public init(
        wrappedValue: Content, name: String = "", help: String, completion: ArgumentCompletion = .allowedValues
    ) {
        property = ArgumentProperty(
            ArgumentDefinition(Content.self, kind: .positional, name: name, help: help, completion: completion),
            initial: wrappedValue)
    }

    /// Declares an argument without a default: required, unless the type is an optional.
    ///
    /// - Parameters:
    ///   - name: What stands for it in the help and in errors; by default the name of the property.
    ///   - help: One or more sentences for the help.
    ///   - completion: How a shell completes the value.
    public init(name: String = "", help: String, completion: ArgumentCompletion = .allowedValues) {
        property = ArgumentProperty(
            ArgumentDefinition(Content.self, kind: .positional, name: name, help: help, completion: completion),
            initial: nil)
    }

    func definition(propertyName: String) -> ArgumentDefinition {
        property.definition(propertyName: propertyName)
    }
}
