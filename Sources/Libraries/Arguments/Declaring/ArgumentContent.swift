/// What a property may hold: an ``ArgumentValue``, an optional one, or an array of them for arguments that repeat.
///
/// A type of your own conforms to ``ArgumentValue`` instead, which gives it all of this.
public protocol ArgumentContent: Sendable {
    /// The type that each single text is read as.
    associatedtype SingleValue: ArgumentValue

    /// Whether several texts are held. Where only one is, the last that was given counts.
    static var isRepeated: Bool { get }

    /// What the property holds if nothing is given and no default is declared; nil makes the argument required.
    static var absentContent: Self? { get }

    /// Reads the content from the texts that the user wrote.
    ///
    /// - Parameter arguments: One text or more.
    /// - Throws: ``ArgumentValueError`` for the first text that is not a value of the type.
    init(arguments: [String]) throws(ArgumentValueError)

    /// The content as the user would write it: one text per element.
    var argumentTexts: [String] { get }
}

extension ArgumentValue {
    /// A single value is given once.
    public static var isRepeated: Bool { false }

    /// A single value without a default is required.
    public static var absentContent: Self? { nil }

    /// Reads the value from the last text.
    ///
    /// - Throws: ``ArgumentValueError`` if that is not a value of the type.
    public init(arguments: [String]) throws(ArgumentValueError) {
        let text = arguments.last ?? ""
        do {
            try self.init(argument: text)
        } catch {
            var error = error
            error.value = text
            throw error
        }
    }

    /// The value as the user would write it.
    public var argumentTexts: [String] { [argumentText] }
}

extension Optional: ArgumentContent where Wrapped: ArgumentValue {
    /// The type that each single text is read as.
    public typealias SingleValue = Wrapped

    /// An optional value is given once.
    public static var isRepeated: Bool { false }

    /// An optional value need not be given.
    public static var absentContent: Self? { .some(nil) }

    /// Reads the value from the last text.
    ///
    /// - Throws: ``ArgumentValueError`` if that is not a value of the type.
    public init(arguments: [String]) throws(ArgumentValueError) {
        self = try Wrapped(arguments: arguments)
    }

    /// The value as the user would write it, if there is one.
    public var argumentTexts: [String] { self?.argumentTexts ?? [] }
}

extension Array: ArgumentContent where Element: ArgumentValue {
    /// The type that each single text is read as.
    public typealias SingleValue = Element

    /// An array takes every text that is given.
    public static var isRepeated: Bool { true }

    /// An array without a default needs one text at least.
    public static var absentContent: Self? { nil }

    /// Reads an element from each text.
    ///
    /// - Throws: ``ArgumentValueError`` for the first text that is not a value of the type.
    public init(arguments: [String]) throws(ArgumentValueError) {
        self.init()
        reserveCapacity(arguments.count)
        for argument in arguments { append(try Element(arguments: [argument])) }
    }

    /// Each element as the user would write it.
    public var argumentTexts: [String] { map(\.argumentText) }
}
