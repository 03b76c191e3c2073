public import AMQPWire
import Connections
public import EventLoops
public import Network

/// How to connect to a broker, and the bounds of the connection.
///
/// A value; safe to use from any thread. Its description never contains the password.
public struct AMQPConfiguration: Sendable, CustomStringConvertible {
    /// How a client proves who it is (SASL): `.plain(user:password:)`, or `.external` by the TLS client certificate.
    public typealias Authentication = ConnectionRequest.Authentication

    /// The brokers, which are tried one after the other; never empty in a configuration that connects.
    public var endpoints: [ByteStream.Endpoint]
    /// How the client proves who it is.
    public var authentication: Authentication
    /// The virtual host, without the slash that an address has before it: `/` by default.
    public var virtualHost: String
    /// The heartbeat that this side wants, in whole seconds (a fraction counts as one), 10 s by default; the smaller of
    /// both sides' wishes holds. Zero: none, and a broker that falls silent is not noticed.
    public var heartbeat: Duration = .seconds(10)
    /// The largest frame in bytes that this side wants, 128 KiB by default; the smaller of both sides' wishes holds. At
    /// least 8,192; zero: what the broker wants.
    public var frameMax: UInt32 = 131_072
    /// The most channels that this side wants, 2,047 by default; the smaller of both sides' wishes holds. Zero: what
    /// the broker wants.
    public var channelMax: UInt16 = 2_047
    /// How long connecting to one endpoint may take: name, TCP, TLS and the whole AMQP handshake; 5 s by default.
    public var connectTimeout: Duration = .seconds(5)
    /// How long the answer to one request on a channel may take, 15 s by default; after that the channel is closed,
    /// since a late answer could not be told from the next one.
    public var requestTimeout: Duration = .seconds(15)
    /// How long a message may wait before it is sent, while the broker blocks publishers, takes no bytes, or too many
    /// messages are unconfirmed, 5 s by default; after that it has failed with `.blocked`.
    public var sendTimeout: Duration = .seconds(5)
    /// How long a message may stay unconfirmed after it was sent, 10 s by default; after that its outcome is unknown.
    public var confirmTimeout: Duration = .seconds(10)
    /// The most messages of a channel that are sent and not confirmed, 4,096 by default.
    public var unconfirmedMessages = 4_096
    /// The most bytes of bodies of a channel that are sent and not confirmed, 64 MiB by default; a larger message goes
    /// alone.
    public var unconfirmedBytes = 64 << 20
    /// The most messages of a channel that wait to be sent, 65,536 by default; a call above it fails at once with
    /// `.blocked`, unless it finds none waiting.
    public var waitingMessages = 65_536
    /// How many deliveries of a consumer that holds more than its prefetch one channel holds before the next ones are on
    /// another, 512 by default: RabbitMQ walks through them, twice, for each one that is settled before the oldest. Another
    /// channel costs it less than that.
    public var heldDeliveries = 512
    /// How long to wait, when a consumer is closed, until the broker has taken back what one of its channels holds,
    /// 10 minutes by default; a connection that ends meanwhile ends the wait.
    public var givingBackTimeout: Duration = .seconds(600)
    /// The largest body that is kept of what the broker delivers, in bytes, 64 MiB by default; see
    /// `isBodyLeftOut` of ``AMQPDelivery``.
    public var bodyMax = 64 << 20
    /// The connection's name, which the broker's management shows; nil: none.
    public var connectionName: String?
    /// What is added to the client's own properties (connection.start-ok).
    public var clientProperties: FieldTable = [:]
    /// The wait between attempts of an ``AMQPSession``; by default from 100 ms, doubling, to 2 s: consuming resumes
    /// about that long after the broker is back.
    public var backoff = Backoff(maximum: .seconds(2))

    /// Makes a configuration with the defaults of a broker on this machine.
    ///
    /// - Parameters:
    ///   - endpoints: the brokers, which are tried one after the other; without TLS on localhost by default.
    ///   - authentication: how the client proves who it is; RabbitMQ lets `guest` in from its own machine only.
    ///   - virtualHost: the virtual host.
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
            hosts: endpoints.map { ServerAddress.Host($0) }, path: [virtualHost])
        if case .plain(let user, _) = authentication { address.login = .init(user: user, password: "") }
        return address.description
    }
}
