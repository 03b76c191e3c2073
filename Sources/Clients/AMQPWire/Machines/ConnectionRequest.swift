/// What a client wants of its connection.
public struct ConnectionRequest: Sendable {
    /// SASL mechanism: `PLAIN` or `EXTERNAL`.
    public var mechanism: String
    /// What start-ok says: for PLAIN, zero, user, zero, password.
    public var response: [UInt8]
    /// What start-ok says of the client.
    public var clientProperties: FieldTable
    /// The limits that the client wants; zero: none.
    public var tuning: Tuning
    /// The virtual host to open.
    public var virtualHost: String

    /// A request of these parts.
    public init(
        mechanism: String, response: [UInt8], clientProperties: FieldTable, tuning: Tuning, virtualHost: String
    ) {
        self.mechanism = mechanism
        self.response = response
        self.clientProperties = clientProperties
        self.tuning = tuning
        self.virtualHost = virtualHost
    }
}

extension ConnectionRequest {
    /// What the machines of this module understand beyond the specification, for the client's properties.
    public static let capabilities: FieldTable = [
        // Without it RabbitMQ tells a wrong password by closing the socket after a while.
        "authentication_failure_close": .boolean(true),
        "basic.nack": .boolean(true),
        "connection.blocked": .boolean(true),
        // Without it a consumer whose queue is deleted waits for ever.
        "consumer_cancel_notify": .boolean(true),
        "exchange_exchange_bindings": .boolean(true),
        "publisher_confirms": .boolean(true),
    ]
}
