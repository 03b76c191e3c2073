public import BoltWire
public import Connections
public import EventLoops
public import Network

/// How to reach a server or a cluster, and the bounds of what a driver does with it.
///
/// A value; safe to use from any thread. Its description never contains the password.
public struct BoltConfiguration: Sendable, CustomStringConvertible {
    /// Gives what a connection logs on with, each time that one is made: for tokens that expire.
    public typealias AuthenticationProvider = @Sendable () async throws(BoltError) -> Authentication

    /// How the servers are found.
    public enum Routing: Sendable, Hashable {
        /// The endpoints are the servers, the first that answers (`bolt://`).
        case none
        /// The endpoints are asked which servers a database has (`neo4j://`), with these words of the address's query.
        case table(context: [ServerAddress.Parameter])
    }

    /// The servers that are connected to; never empty in a configuration of ``BoltURI``.
    public var endpoints: [ByteStream.Endpoint]
    /// How the servers are found.
    public var routing: Routing
    /// What connections log on with.
    public var authentication: AuthenticationProvider
    /// The user of a fixed login, for descriptions; nil for none and for tokens.
    public private(set) var user: String?
    /// Whether ``authentication`` may give something else the next time, so that an expired token is worth another try.
    public private(set) var isRenewable = false
    /// The name of the program, which the server's lists of connections show.
    public var userAgent = "swift-bolt"
    /// The highest version that is agreed to: 5.8. Versions 6.0 and 6.1 are spoken where this says so.
    public var highestVersion = BoltVersion(5, 8)
    /// Which notifications servers add to results: none, which saves the server work.
    public var notifications: NotificationFilter? = .off
    /// How long connecting to one server may take: name, TCP, TLS, handshake and login; 5 s by default.
    public var connectTimeout: Duration = .seconds(5)
    /// How long the server may be silent while an answer is awaited, 60 s by default, if its own hint is not shorter. A
    /// server that works on a long query says so from time to time.
    public var receiveTimeout: Duration? = .seconds(60)
    /// How long the server may take nothing of what is sent, 30 s by default.
    public var sendTimeout: Duration = .seconds(30)
    /// How long a call waits for a connection, 30 s by default.
    public var acquisitionTimeout: Duration = .seconds(30)
    /// The connections to one server: by default at most 100, checked after 30 s without use, closed after 50 min, since
    /// load balancers and Neo4j Aura cut what is older than an hour.
    public var pool = PoolConfiguration(members: 100, lifetime: .seconds(3_000))
    /// How many records are asked for at once, 1,000 by default, at least 1.
    public var fetchSize = 1_000
    /// The bounds of what servers may send.
    public var limits = DecodingLimits()
    /// For how long a managed transaction is repeated, from its beginning, 30 s by default.
    public var retryTimeout: Duration = .seconds(30)
    /// The wait between repetitions: by default from 25 ms, doubling, to 2 s. Deadlocks are over within milliseconds.
    public var retryBackoff = Backoff(initial: .milliseconds(25), maximum: .seconds(2))

    /// Makes a configuration with the defaults of a server on this machine.
    ///
    /// - Parameters:
    ///   - endpoints: The servers, which are tried one after the other; without TLS on localhost by default.
    ///   - routing: How the servers are found.
    ///   - authentication: What every connection logs on with.
    public init(
        endpoints: [ByteStream.Endpoint] = [ByteStream.Endpoint(host: "localhost", port: BoltURI.port)],
        routing: Routing = .none, authentication: Authentication = .none
    ) {
        self.endpoints = endpoints
        self.routing = routing
        self.authentication = { () throws(BoltError) in authentication }
        user = authentication.principal
    }

    /// Has connections log on with something else from now on.
    ///
    /// - Parameter authentication: What every connection logs on with.
    public mutating func authenticate(with authentication: Authentication) {
        self.authentication = { () throws(BoltError) in authentication }
        user = authentication.principal
        isRenewable = false
    }

    /// Has connections log on with what a provider gives, such as a token that expires.
    ///
    /// - Parameter provider: Called for each connection that is made, from any thread.
    public mutating func authenticate(from provider: @escaping AuthenticationProvider) {
        authentication = provider
        user = nil
        isRenewable = true
    }

    /// The scheme, the user and the hosts, as an address without the password.
    public var description: String {
        let scheme = BoltURI.scheme(isRouted: routing != .none, endpoints.first?.tls)
        var address = ServerAddress(
            scheme: scheme, hosts: endpoints.map { ServerAddress.Host($0) })
        if let user { address.login = .init(user: user, password: "") }
        return address.description
    }
}
