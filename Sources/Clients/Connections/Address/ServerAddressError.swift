/// Why an address cannot be read.
public struct ServerAddressError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which part cannot be read, and how it is written; never the password or a parameter's value.
    public let message: String

    /// An error with a text for people.
    public init(_ message: String) {
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
