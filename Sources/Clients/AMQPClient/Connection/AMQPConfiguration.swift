public import AMQPWire
import Bytes
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

    /// How long to wait before connecting again: `initial`, then `factor` times as long each time, at most `maximum`;
    /// each wait is shortened by a random part of at most half, so that clients do not come back all at once.
    public struct Backoff: Sendable, Hashable {
        /// After the first failure.
        public var initial: Duration
        /// At least 1.
        public var factor: Double
        /// The longest wait; consuming resumes about this long after the broker is back.
        public var maximum: Duration

        /// A backoff; the default is 100 ms, doubling, at most 2 s.
        public init(initial: Duration = .milliseconds(100), factor: Double = 2, maximum: Duration = .seconds(2)) {
            self.initial = initial
            self.factor = factor
            self.maximum = maximum
        }
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
    /// Between attempts of an ``AMQPSession``.
    public var backoff = Backoff()

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
        var text = endpoints.first?.tls == nil ? "amqp://" : "amqps://"
        if case .plain(let user, _) = authentication { text += PercentEncoding.encode(user) + "@" }
        text += endpoints.map { "\($0.host.contains(":") ? "[\($0.host)]" : $0.host):\($0.port)" }
            .joined(separator: ",")
        return text + "/" + PercentEncoding.encode(virtualHost)
    }
}
