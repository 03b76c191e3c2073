/// Why bytes are not Bolt, or not allowed now, after which the connection cannot be used any further; or why something
/// cannot be sent, after which it can.
///
/// What a server refuses in its own words is not an error of this kind but a ``BoltFailure``. A value; safe to use from
/// any thread.
public struct BoltWireError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of errors. More may be added, so a `switch` needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code in words.
        public let description: String

        /// The peer speaks something else, such as HTTP or TLS.
        public static let notBolt = Code(description: "not Bolt")
        /// Client and server have no version of Bolt in common.
        public static let noCommonVersion = Code(description: "no common version")
        /// The peer's bytes break the rules of PackStream or of a message.
        public static let malformed = Code(description: "malformed")
        /// The peer's message is beyond the bounds that were set (``DecodingLimits``).
        public static let tooLarge = Code(description: "too large")
        /// The peer sent a message that it may not send now.
        public static let unexpected = Code(description: "unexpected")
        /// A value cannot be sent, at all or in the negotiated version. Nothing was written.
        public static let notEncodable = Code(description: "not encodable")
        /// A request is not allowed now. Nothing was written.
        public static let notAllowed = Code(description: "not allowed now")
    }

    /// The kind of the error.
    public var code: Code
    /// What is wrong, and where, for people; without passwords and without values of the application.
    public var message: String

    /// Makes an error, such as one of a client that finds the peer at fault.
    ///
    /// - Parameters:
    ///   - code: The kind of the error.
    ///   - message: What is wrong, and where, without passwords.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message, for logs.
    public var description: String { "Bolt: \(message)" }
}
