import BoltWire
import Connections
import Network

/// Reads addresses as Neo4j's drivers do ("Connect to the database" in their manuals):
///
///     bolt://host:7687                 one server, plain TCP
///     bolt+s://host                    over TLS, the certificate verified
///     bolt+ssc://host                  over TLS, any certificate taken
///     neo4j://host1,host2?region=eu    a cluster: its servers are asked for; also neo4j+s and neo4j+ssc
///
/// - No port: 7687. IPv6 addresses stand in brackets. Several hosts, separated by commas, are tried in turn.
/// - A user and a password in the address are taken, though Neo4j's own drivers want them elsewhere.
/// - The parameters of `neo4j://` are the routing context, which servers of a cluster may look at. With TLS, `cacertfile`,
///   `certfile`, `keyfile` and `verify` are read as in the addresses of the other clients here, and not passed on.
public enum BoltURI {
    /// The port of Bolt.
    public static let port: UInt16 = 7_687

    private static let names = ["bolt", "neo4j"].flatMap { name in ["+ssc", "+s", ""].map { name + $0 } }
    static let schemes = names.map { ServerAddress.Scheme($0, defaultPort: port, isTLS: $0.contains("+")) }

    /// Reads an address. Safe to call from any thread.
    ///
    /// - Parameter text: An address that begins with one of the six schemes.
    /// - Returns: The configuration that the address asks for, with defaults for the rest.
    /// - Throws: ``BoltError`` with `.invalidURI`, which names the part that cannot be read, never the password.
    public static func parse(_ text: String) throws(BoltError) -> BoltConfiguration {
        do throws(ServerAddressError) {
            return try configuration(of: ServerAddress(text, schemes: schemes))
        } catch {
            throw BoltError(.invalidURI, "unreadable address of a Bolt server: \(error.message)")
        }
    }

    private static func configuration(of address: ServerAddress) throws(ServerAddressError) -> BoltConfiguration {
        guard address.path.allSatisfy(\.isEmpty) else {
            throw ServerAddressError("a path means nothing here; the database is named elsewhere")
        }
        var tls = TLSParameters()
        var context: [ServerAddress.Parameter] = []
        for parameter in address.parameters where try !tls.take(parameter) { context.append(parameter) }
        let isRouted = address.scheme.name.hasPrefix("neo4j")
        guard isRouted || context.isEmpty else {
            throw ServerAddressError("unknown parameter \(context[0].name): only neo4j:// has a routing context")
        }
        if Set(context.map(\.name)).count < context.count {
            throw ServerAddressError("a parameter of the routing context stands there twice")
        }
        var configuration = BoltConfiguration(
            endpoints: try tls.endpoints(of: address), routing: isRouted ? .table(context: context) : .none)
        if address.scheme.name.hasSuffix("+ssc") {
            for index in configuration.endpoints.indices { configuration.endpoints[index].tls?.verifiesPeer = false }
        }
        if let login = address.login {
            configuration.authenticate(with: .basic(user: login.user, password: login.password))
        }
        return configuration
    }

    /// The scheme of a configuration.
    static func scheme(isRouted: Bool, _ tls: TLSConfiguration?) -> ServerAddress.Scheme {
        let name = (isRouted ? "neo4j" : "bolt") + (tls.map { $0.verifiesPeer ? "+s" : "+ssc" } ?? "")
        return ServerAddress.Scheme(name, defaultPort: port, isTLS: tls != nil)
    }
}
