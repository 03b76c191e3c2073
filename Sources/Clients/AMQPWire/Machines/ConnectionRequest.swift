/// What a client wants of its connection. A value; safe to use from any thread.
public struct ConnectionRequest: Sendable {
    /// The SASL mechanism: `PLAIN` or `EXTERNAL`.
    public var mechanism: String
    /// What start-ok sends as proof: for PLAIN (RFC 4616) a zero byte, the user, a zero byte, the password. A secret.
    public var response: [UInt8]
    /// What start-ok says of the client.
    public var clientProperties: FieldTable
    /// The limits that the client wants. A limit of zero leaves it to the broker; a heartbeat of zero turns heartbeats
    /// off.
    public var tuning: Tuning
    /// The virtual host to open, at most 255 bytes of UTF-8.
    public var virtualHost: String

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - mechanism: the SASL mechanism: `PLAIN` or `EXTERNAL`.
    ///   - response: what start-ok sends as proof; empty for EXTERNAL.
    ///   - clientProperties: what start-ok says of the client; ``capabilities`` belong under `capabilities`.
    ///   - tuning: the limits that the client wants.
    ///   - virtualHost: the virtual host to open.
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
    /// How a client proves who it is (SASL).
    public enum Authentication: Sendable, Hashable {
        /// User and password (mechanism PLAIN, RFC 4616).
        case plain(user: String, password: String)
        /// The TLS client certificate (mechanism EXTERNAL).
        case external
    }

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - authentication: how the client proves who it is.
    ///   - clientProperties: what start-ok says of the client; ``capabilities`` belong under `capabilities`.
    ///   - tuning: the limits that the client wants.
    ///   - virtualHost: the virtual host to open.
    public init(
        authentication: Authentication, clientProperties: FieldTable, tuning: Tuning, virtualHost: String
    ) {
        let (mechanism, response): (String, [UInt8]) =
            switch authentication {
            case .plain(let user, let password): ("PLAIN", [0] + user.utf8 + [0] + password.utf8)
            case .external: ("EXTERNAL", [])
            }
        self.init(
            mechanism: mechanism, response: response, clientProperties: clientProperties, tuning: tuning,
            virtualHost: virtualHost)
    }

    /// RabbitMQ's extensions that the machines of this module understand, for `capabilities` of the client's
    /// properties.
    public static let capabilities: FieldTable = [
        // Without it RabbitMQ reports a wrong password by closing the socket after a while.
        "authentication_failure_close": .boolean(true),
        "basic.nack": .boolean(true),
        "connection.blocked": .boolean(true),
        // Without it a consumer whose queue is deleted waits for ever.
        "consumer_cancel_notify": .boolean(true),
        "exchange_exchange_bindings": .boolean(true),
        "publisher_confirms": .boolean(true),
    ]
}
