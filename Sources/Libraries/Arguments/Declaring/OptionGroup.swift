/// Arguments that are declared together, for several commands to use.
///
/// All stored properties that are wrapped in `@Option`, `@Flag`, `@Argument` or `@OptionGroup` are declarations.
public protocol ArgumentGroup: Sendable {
    /// Makes the declarations, whose values the parser then sets.
    init()

    /// Checks the values together, after each was read: ranges, options that exclude each other.
    ///
    /// It is called on a copy: what it assigns is not kept. The requirement is as weak as can be, so that no way to
    /// write the function makes it another one, which would silently not be called.
    ///
    /// - Throws: What is wrong, as a rule a ``ValidationError``. Its description is reported as wrong usage, beside
    ///   what other groups found.
    mutating func validate() throws
}

extension ArgumentGroup {
    /// Accepts everything.
    public func validate() {}
}

/// What is wrong with values that are each valid alone, or with one that is outside of the range that makes sense.
public struct ValidationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One sentence for the user, without a full stop: `--from is later than --to`.
    public let description: String

    /// Makes an error.
    ///
    /// - Parameter message: One sentence for the user, without a full stop.
    public init(_ message: String) {
        description = message
    }
}

/// Adds the arguments that a group declares to a command or to another group.
@propertyWrapper
public struct OptionGroup<Group: ArgumentGroup>: Sendable {
    /// The group. The parser sets its values before it hands over the command.
    public var wrappedValue: Group

    private let title: String

    /// Adds the arguments of the group.
    ///
    /// - Parameter title: The heading under which the help lists them; without one they stand among those of the
    ///   command.
    public init(title: String = "") {
        self.title = title
        wrappedValue = Group()
    }
}

/// A property wrapper that adds a group of arguments.
protocol GroupDeclaring {
    var groupTitle: String { get }
    var group: any ArgumentGroup { get }
}

extension OptionGroup: GroupDeclaring {
    var groupTitle: String { title }
    var group: any ArgumentGroup { wrappedValue }
}

extension ArgumentGroup {
    /// What is wrong with the values of this group and of the groups inside it.
    var validationProblems: [String] {
        var problems = Mirror(reflecting: self).children.flatMap { child in
            (child.value as? any GroupDeclaring)?.group.validationProblems ?? []
        }
        var copy = self
        do { try copy.validate() } catch { problems.append("\(error)") }
        return problems
    }

    /// The arguments that the group and the groups inside it declare, in order.
    var definitions: [ArgumentDefinition] {
        Mirror(reflecting: self).children.flatMap { child -> [ArgumentDefinition] in
            // The stored property behind a wrapped `port` is called `_port`.
            let name = child.label.map { String($0.drop { $0 == "_" }) } ?? ""
            if let declaration = child.value as? any ArgumentDeclaring {
                return [declaration.definition(propertyName: name)]
            }
            guard let declaration = child.value as? any GroupDeclaring else { return [] }
            return declaration.group.definitions.map { definition in
                var definition = definition
                if definition.groupTitle.isEmpty { definition.groupTitle = declaration.groupTitle }
                return definition
            }
        }
    }
}
