public import Connections
public import EventLoops
public import Network

/// How to reach a Qdrant, and the bounds of what a driver does with it.
///
/// A value; safe to use from any thread. No description of it contains the API key.
public struct QdrantConfiguration: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The server, without path: `http://` or `https://`, host and port.
    public var address: ServerAddress
    /// What is sent as `api-key`; nil for none. Over `http://`, anybody on the way can read it.
    public var apiKey: String?
    /// How the server of an `https` address is verified, and what is shown to it.
    public var tls = TLSConfiguration()
    /// How many requests are under way at the same time, 4 by default, at least 1; each has a connection and, while it is
    /// at work, a thread.
    public var connections = 4
    /// How many callers may wait for a connection, 1,000 by default.
    public var waiters = 1_000
    /// The time for resolving, connecting and the TLS handshake, within a request's own time; 5 s by default.
    public var connectTimeout: Duration = .seconds(5)
    /// The time for a request where its caller gives none: the wait for a connection, all attempts and the waits between
    /// them; 30 s by default.
    public var requestTimeout: Duration = .seconds(30)
    /// The largest body that is sent, in bytes: 32 MiB by default, as much as Qdrant takes by default.
    public var largestRequest = 32 << 20
    /// The largest body of an answer that is taken, in bytes; 64 MiB by default.
    public var largestAnswer = 64 << 20
    /// How often a request that may be repeated is sent at most; 4 times by default, 1 for never again.
    public var attempts = 4
    /// The wait between attempts, where the server does not ask for a longer one: by default from 50 ms, doubling, to 5 s.
    public var backoff = Backoff(initial: .milliseconds(50), maximum: .seconds(5))

    /// The port of Qdrant's REST API.
    public static let port: UInt16 = 6_333

    static let schemes = [
        ServerAddress.Scheme("http", defaultPort: port), ServerAddress.Scheme("https", defaultPort: port, isTLS: true),
    ]

    /// Reads an address, such as `http://localhost:6333` or `https://vectors.example`. Safe to call from any thread.
    ///
    /// - No port: 6333, with TLS as well.
    /// - A path is kept, for servers behind a proxy.
    /// - With TLS, the parameters `cacertfile`, `certfile`, `keyfile` and `verify` are read as in the addresses of the other
    ///   clients here. The API key is no part of the address, since addresses are shown to people.
    ///
    /// - Parameters:
    ///   - url: The address.
    ///   - apiKey: What is sent as `api-key`; nil for none.
    /// - Throws: ``QdrantError`` with `.invalidURL`, which names the part that cannot be read.
    public init(url: String, apiKey: String? = nil) throws(QdrantError) {
        do throws(ServerAddressError) {
            address = try ServerAddress(url, schemes: Self.schemes)
            guard address.login == nil else {
                throw ServerAddressError("user and password mean nothing to Qdrant; the API key is given elsewhere")
            }
            guard address.hosts.count == 1 else { throw ServerAddressError("one host is wanted") }
            var parameters = TLSParameters()
            for parameter in address.parameters where try !parameters.take(parameter) {
                throw ServerAddressError("unknown parameter \(parameter.name)")
            }
            if let tls = try parameters.endpoints(of: address).first?.tls { self.tls = tls }
            address.parameters = []
            while address.path.last == "" { address.path.removeLast() }
        } catch {
            throw QdrantError(.invalidURL, "unreadable address of a Qdrant: \(error.message)")
        }
        self.apiKey = apiKey
    }

    /// The address, without the API key.
    public var description: String { address.description }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// A mirror that shows `dump` and the like no more than the ``description``.
    public var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}
