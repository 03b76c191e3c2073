public import AMQPWire
import Connections
public import EventLoops
public import Network

/// How to connect to a broker, and the bounds of the connection.
///
/// Its description never contains the password.
public struct AMQPConfiguration: Sendable, CustomStringConvertible {
    /// How a client proves who it is (SASL).
    public enum Authentication: Sendable, Hashable {
        /// User and password (mechanism PLAIN).
        case plain(user: String, password: String)
        /// The TLS client certificate (mechanism EXTERNAL).
        case external
    }

    /// Tried one after the other; never empty in a configuration that connects.
    public var endpoints: [ByteStream.Endpoint]
    /// Who connects.
    public var authentication: Authentication
    /// `/` by default.
    public var virtualHost: String
    /// What is asked of the broker; the smaller of the two wishes holds. Zero: none, and a broker that falls silent is
    /// not noticed.
    public var heartbeat: Duration = .seconds(10)
    /// The largest frame in bytes that this side wants; the smaller of the two wishes holds. At least 8,192.
    public var frameMax: UInt32 = 131_072
    /// The most channels that this side wants; the smaller of the two wishes holds.
    public var channelMax: UInt16 = 2_047
    /// For one endpoint: name, TCP, TLS and the whole AMQP handshake.
    public var connectTimeout: Duration = .seconds(5)
    /// For the answer to one request on a channel; the channel is closed when it passes.
    public var requestTimeout: Duration = .seconds(15)
    /// How long a message may wait before it is sent, while the broker blocks publishers, takes no bytes, or too many
    /// messages are unconfirmed; it has failed then.
    public var sendTimeout: Duration = .seconds(5)
    /// How long a message may stay unconfirmed after it was sent; its outcome is unknown then.
    public var confirmTimeout: Duration = .seconds(10)
    /// The most messages of a channel that are sent and not confirmed.
    public var unconfirmedMessages = 4_096
    /// The most bytes of bodies of a channel that are sent and not confirmed; a larger message goes alone.
    public var unconfirmedBytes = 64 << 20
    /// The most messages of a channel that wait to be sent; what is above it fails at once with `blocked`.
    public var waitingMessages = 65_536
    /// The largest body that is kept of what the broker delivers, in bytes; see ``AMQPDelivery/isBodyLeftOut``.
    public var bodyMax = 64 << 20
    /// Shown in the broker's management as the connection's name.
    public var connectionName: String?
    /// Added to what the client says of itself (connection.start-ok).
    public var clientProperties: FieldTable = [:]
    /// Between attempts of an ``AMQPSession``; by default from 100 ms, doubling, to 2 s: consuming resumes about that long
    /// after the broker is back.
    public var backoff = Backoff(maximum: .seconds(2))

    /// A configuration with defaults for all that is not given.
    public init(
        endpoints: [ByteStream.Endpoint] = [ByteStream.Endpoint(host: "localhost", port: 5672)],
        authentication: Authentication = .plain(user: "guest", password: "guest"), virtualHost: String = "/"
    ) {
        self.endpoints = endpoints
        self.authentication = authentication
        self.virtualHost = virtualHost
    }

    /// The hosts, the user and the virtual host, as an address without the password.
    public var description: String {
        var address = ServerAddress(
            scheme: endpoints.first?.tls == nil ? AMQPURI.plain : AMQPURI.secure,
            hosts: endpoints.map { ServerAddress.Host($0.host, port: $0.port) }, path: [virtualHost])
        if case .plain(let user, _) = authentication { address.login = .init(user: user, password: "") }
        return address.description
    }
}
