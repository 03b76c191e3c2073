/// Why an address cannot be read: a mistake of the person who wrote it, so that trying again does not help.
///
/// A value; safe to use from any thread. The text is fit for logs.
public struct ServerAddressError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which part cannot be read, and how it is written; never the password or a parameter's value.
    public let message: String

    /// Makes an error, such as one for a client's own parameters.
    ///
    /// - Parameter message: names the part and how it is written, without the password or a parameter's value.
    public init(_ message: String) {
        self.message = message
    }

    /// The ``message``.
    public var description: String { message }
}
