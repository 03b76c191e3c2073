/// A message that came back (basic.return). It has no number: only its content tells which of the published messages it
/// is. A value; safe to use from any thread.
public struct ReturnedMessage: Sendable {
    private let method: BasicReturn
    private let header: ContentHeader
    private let body: [UInt8]

    /// A message that came back.
    ///
    /// - Parameters:
    ///   - method: basic.return.
    ///   - header: the content's header.
    ///   - body: the content's body; empty if it was left out.
    public init(_ method: BasicReturn, _ header: ContentHeader, _ body: [UInt8]) {
        self.method = method
        self.header = header
        self.body = body
    }

    /// Whether this may be a message that was published with these parts.
    ///
    /// Headers may have been changed on the way (BCC, NaN): they only decide between candidates.
    ///
    /// - Parameters:
    ///   - exchange: the exchange that the message was published to.
    ///   - routingKey: the key that it was published with.
    ///   - properties: the properties that it was published with.
    ///   - sent: the body that it was published with.
    ///   - isExact: whether all properties have to be equal; if not, only the message's identity.
    /// - Returns: whether it may be; of a body that was left out the size decides.
    public func matches(
        exchange: String, routingKey: String, properties: BasicProperties, body sent: [UInt8], isExact: Bool
    ) -> Bool {
        guard routingKey == method.routingKey, exchange == method.exchange else { return false }
        guard isExact ? properties == header.properties : properties.messageID == header.properties.messageID else {
            return false
        }
        // Of a body that was left out only the size is known.
        return header.bodySize == UInt64(sent.count) && (header.bodySize > UInt64(body.count) || sent == body)
    }
}
