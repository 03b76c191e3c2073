/// A message that came back (basic.return): which of the published ones it is can only be told by its content.
public struct ReturnedMessage: Sendable {
    private let method: BasicReturn
    private let header: ContentHeader
    private let body: [UInt8]

    /// A message that came back as these parts; the body may have been left out.
    public init(_ method: BasicReturn, _ header: ContentHeader, _ body: [UInt8]) {
        self.method = method
        self.header = header
        self.body = body
    }

    /// Whether this may be a message that was published with these parts.
    ///
    /// Headers may have been changed on the way (BCC, NaN): they only decide between candidates.
    /// - Parameter isExact: whether all properties have to be equal; otherwise the message's identity has to be.
    public func matches(
        exchange: String, routingKey: String, properties: BasicProperties, body sent: [UInt8], isExact: Bool
    ) -> Bool {
        guard routingKey == method.routingKey, exchange == method.exchange else { return false }
        guard isExact ? properties == header.properties : properties.messageID == header.properties.messageID else {
            return false
        }
        // Of a body that was left out there is only the size.
        return header.bodySize == UInt64(sent.count) && (header.bodySize > UInt64(body.count) || sent == body)
    }
}
