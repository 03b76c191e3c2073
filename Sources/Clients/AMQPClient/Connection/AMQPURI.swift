import Bytes
import Network

/// Reads connection addresses by RabbitMQ's URI specification and its query parameters:
///
///     amqp://user:password@host:5672/vhost?heartbeat=10&connection_timeout=5000
///     amqps://host1,host2:5673/%2F?cacertfile=/etc/ca.pem&verify=verify_peer
///
/// - No user: `guest`. No host: `localhost`. No port: 5672, or 5671 over TLS.
/// - No path: the virtual host `/`; a path of `/` alone: the virtual host with the empty name, as the specification
///   says; `/%2F`: `/`.
/// - Several hosts, separated by commas, are tried in turn. IPv6 addresses stand in brackets.
/// - Parameters: `heartbeat` (seconds), `connection_timeout` (milliseconds), `channel_max`, `frame_max`, `cacertfile`,
///   `certfile`, `keyfile`, `verify` (`verify_peer`, `verify_none`), `auth_mechanism` (`plain`, `external`),
///   `server_name_indication` (the host itself; nothing else can be asked for), `connection_name`. An unknown one is an
///   error, because a misspelt `verify` must not pass in silence.
public enum AMQPURI {
    /// The configuration that `text` asks for.
    ///
    /// - Throws: `.invalidURI`, naming what cannot be read, never the password.
    public static func parse(_ text: String) throws(AMQPError) -> AMQPConfiguration {
        let isTLS: Bool
        var rest: Substring
        if let end = prefixEnd(text, "amqp://") {
            (isTLS, rest) = (false, text[end...])
        } else if let end = prefixEnd(text, "amqps://") {
            (isTLS, rest) = (true, text[end...])
        } else {
            throw invalid("an AMQP address begins with amqp:// or amqps://")
        }
        if rest.contains("#") { throw invalid("an AMQP address has no fragment (#; written %23 in a password)") }

        var query: Substring = ""
        if let mark = rest.firstIndex(of: "?") {
            query = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
        }
        // Else a part of the password would be shown as the parameter or virtual host that it looks like.
        let isCut = query.contains("@") || rest.firstIndex(of: "/").map { rest[$0...].contains("@") } ?? false
        if isCut { throw invalid("?, / and @ in a user or password are written %3F, %2F and %40; an @ elsewhere, too") }
        var configuration = AMQPConfiguration()
        if let slash = rest.firstIndex(of: "/") {
            let path = rest[rest.index(after: slash)...]
            if path.contains("/") { throw invalid("a slash in the virtual host is written %2F") }
            configuration.virtualHost = try decoded(path, "the virtual host")
            rest = rest[..<slash]
        }
        if let at = rest.lastIndex(of: "@") {
            let login = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let user = try decoded(login[0], "the user")
            configuration.authentication = .plain(
                user: user, password: login.count > 1 ? try decoded(login[1], "the password") : "")
            rest = rest[rest.index(after: at)...]
        }
        var options = TLSOptions()
        for pair in query.split(separator: "&") {
            try apply(pair, to: &configuration, &options)
        }
        var endpoints: [ByteStream.Endpoint] = []
        for host in rest.split(separator: ",", omittingEmptySubsequences: false) {
            endpoints.append(try endpoint(host, tls: isTLS ? options.configuration : nil))
        }
        if let name = options.serverName, endpoints.contains(where: { $0.host != name }) {
            throw invalid("server_name_indication can only be the host itself")
        }
        if !isTLS, options.isUsed { throw invalid("certificates and verify need amqps://") }
        configuration.endpoints = endpoints
        return configuration
    }

    private struct TLSOptions {
        var configuration = TLSConfiguration()
        var serverName: String?
        var isUsed = false
    }

    private static func apply(
        _ pair: Substring, to configuration: inout AMQPConfiguration, _ tls: inout TLSOptions
    ) throws(AMQPError) {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = try decoded(parts[0], "a parameter")
        let value = parts.count > 1 ? try decoded(parts[1], name) : ""
        switch name {
        case "heartbeat":
            configuration.heartbeat = .seconds(Int(try number(value, name, 0...65_535)))
        case "connection_timeout":
            configuration.connectTimeout = .milliseconds(Int(try number(value, name, 1...86_400_000)))
        case "channel_max":
            configuration.channelMax = UInt16(try number(value, name, 0...65_535))
        case "frame_max":
            let frameMax = try number(value, name, 0...2_147_483_647)
            if frameMax != 0, frameMax < 8_192 { throw invalid("frame_max is 0 or at least 8192") }
            configuration.frameMax = frameMax
        case "connection_name":
            configuration.connectionName = value
        case "auth_mechanism":
            switch value {
            case "plain": break
            case "external": configuration.authentication = .external
            default: throw invalid("auth_mechanism is plain or external")
            }
        case "verify":
            guard value == "verify_peer" || value == "verify_none" else {
                throw invalid("verify is verify_peer or verify_none")
            }
            tls.isUsed = true
            tls.configuration.verifiesPeer = value == "verify_peer"
        case "cacertfile":
            tls.isUsed = true
            tls.configuration.certificateAuthorityFile = value
        case "certfile":
            tls.isUsed = true
            tls.configuration.certificateFile = value
        case "keyfile":
            tls.isUsed = true
            tls.configuration.keyFile = value
        case "server_name_indication":
            tls.isUsed = true
            tls.serverName = value
        default:
            throw invalid("unknown parameter \(name)")
        }
    }

    private static func endpoint(_ text: Substring, tls: TLSConfiguration?) throws(AMQPError) -> ByteStream.Endpoint {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw invalid("a [ without ] in the host") }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw invalid("only a port follows an address in []") }
            guard !host.isEmpty else { throw invalid("an empty address in []") }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
            if port?.contains(":") == true { throw invalid("an IPv6 address stands in []") }
        }
        let name = try decoded(host, "the host")
        var number: UInt16 = tls == nil ? 5672 : 5671
        if let port, !port.isEmpty {
            number = UInt16(try Self.number(String(port), "the port", 1...65_535))
        }
        return ByteStream.Endpoint(host: name.isEmpty ? "localhost" : name, port: number, tls: tls)
    }

    private static func prefixEnd(_ text: String, _ prefix: String) -> String.Index? {
        text.prefix(prefix.count).lowercased() == prefix ? text.index(text.startIndex, offsetBy: prefix.count) : nil
    }

    private static func number(_ text: String, _ name: String, _ range: ClosedRange<UInt32>) throws(AMQPError) -> UInt32
    {
        guard let value = UInt32(text), range.contains(value) else {
            throw invalid("\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private static func decoded(_ text: Substring, _ name: String) throws(AMQPError) -> String {
        guard let value = PercentEncoding.decode(text) else {
            throw invalid("\(name) has a % without two hexadecimal digits, or is no UTF-8")
        }
        return value
    }

    private static func invalid(_ message: String) -> AMQPError {
        AMQPError(.invalidURI, "unreadable broker address: \(message)")
    }
}
