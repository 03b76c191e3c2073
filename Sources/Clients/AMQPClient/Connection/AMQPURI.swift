import AMQPWire
import Connections

/// Reads connection addresses by RabbitMQ's URI specification and its query parameters ("RabbitMQ URI Specification"
/// and "RabbitMQ URI Query Parameters" in its documentation):
///
///     amqp://user:password@host:5672/vhost?heartbeat=10&connection_timeout=5000
///     amqps://host1,host2:5673/%2F?cacertfile=/etc/ca.pem&verify=verify_peer
///
/// - No user: `guest`. No host: `localhost`. No port: 5672, or 5671 over TLS.
/// - No path, a path of `/` alone, or `/%2F`: the virtual host `/`. (The specification takes a single slash for the
///   virtual host with the empty name, which hardly any broker has, and which no other client asks for.) A name that is
///   blank or has control characters, such as `%00`, is an error.
/// - Several hosts, separated by commas, are tried in turn. IPv6 addresses stand in brackets.
/// - Parameters: `heartbeat` (seconds), `connection_timeout` (milliseconds), `channel_max`, `frame_max`, `cacertfile`,
///   `certfile`, `keyfile`, `verify` (`verify_peer`, `verify_none`), `auth_mechanism` (`plain`, `external`),
///   `server_name_indication` (the host itself; nothing else can be asked for), `connection_name`. An unknown parameter
///   is an error, because a misspelt `verify` must not pass in silence.
public enum AMQPURI {
    static let plain = ServerAddress.Scheme("amqp", defaultPort: 5672)
    static let secure = ServerAddress.Scheme("amqps", defaultPort: 5671, isTLS: true)

    /// Reads an address. Safe to call from any thread.
    ///
    /// - Parameter text: an address that begins with `amqp://` or `amqps://`.
    /// - Returns: the configuration that the address asks for, with defaults for the rest.
    /// - Throws: `.invalidURI`, which names the part that cannot be read, never the password.
    public static func parse(_ text: String) throws(AMQPError) -> AMQPConfiguration {
        do throws(ServerAddressError) {
            return try configuration(of: ServerAddress(text, schemes: [plain, secure]))
        } catch {
            throw AMQPError(.invalidURI, "unreadable broker address: \(error.message)")
        }
    }

    private static func configuration(of address: ServerAddress) throws(ServerAddressError) -> AMQPConfiguration {
        if address.path.count > 1 { throw ServerAddressError("a slash in the virtual host is written %2F") }
        var configuration = AMQPConfiguration()
        if let name = address.path.first, !name.isEmpty { configuration.virtualHost = try virtualHost(name) }
        if let login = address.login {
            configuration.authentication = .plain(user: login.user, password: login.password)
        }
        var tls = TLSParameters()
        for parameter in address.parameters where try !tls.take(parameter) { try apply(parameter, to: &configuration) }
        configuration.endpoints = try tls.endpoints(of: address)
        return configuration
    }

    private static func virtualHost(_ name: String) throws(ServerAddressError) -> String {
        guard !name.allSatisfy(\.isWhitespace),
            !name.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
        else {
            throw ServerAddressError(
                "the virtual host is blank or has control characters: leave it out for the default, /, or write its name"
            )
        }
        return name
    }

    private static func apply(
        _ parameter: ServerAddress.Parameter, to configuration: inout AMQPConfiguration
    ) throws(ServerAddressError) {
        switch parameter.name {
        case "heartbeat":
            configuration.heartbeat = .seconds(Int(try parameter.number(in: 0...65_535)))
        case "connection_timeout":
            configuration.connectTimeout = .milliseconds(Int(try parameter.number(in: 1...86_400_000)))
        case "channel_max":
            configuration.channelMax = UInt16(try parameter.number(in: 0...65_535))
        case "frame_max":
            let frameMax = try parameter.number(in: 0...2_147_483_647)
            if frameMax != 0, frameMax < 8_192 { throw ServerAddressError("frame_max is 0 or at least 8192") }
            configuration.frameMax = frameMax
        case "connection_name":
            configuration.connectionName = parameter.value
        case "auth_mechanism":
            if try parameter.choice(["plain": false, "external": true]) { configuration.authentication = .external }
        default:
            throw ServerAddressError("unknown parameter \(parameter.name)")
        }
    }
}
