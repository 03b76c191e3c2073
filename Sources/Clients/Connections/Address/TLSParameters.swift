public import Network

/// The parameters about TLS that the addresses of all clients share, named as RabbitMQ names them ("AMQP 0-9-1 URI
/// query parameters" in its documentation): `cacertfile`, `certfile`, `keyfile` (paths of PEM files), `verify`
/// (`verify_peer` or `verify_none`) and `server_name_indication` (the host itself; no other name can be asked for).
///
/// A value; safe to use from any thread.
public struct TLSParameters: Sendable, Hashable {
    private var configuration = TLSConfiguration()
    private var serverName: String?
    private var isUsed = false

    /// No parameter was taken: the system's authorities, and the server is verified.
    public init() {}

    /// Takes a parameter if it is about TLS. The last one of a name holds. Files are not read here, but when
    /// connecting.
    ///
    /// - Parameter parameter: a parameter of the address.
    /// - Returns: whether the parameter is about TLS; if not, the caller has to know it.
    /// - Throws: ``ServerAddressError`` when `verify` is neither `verify_peer` nor `verify_none`.
    public mutating func take(_ parameter: ServerAddress.Parameter) throws(ServerAddressError) -> Bool {
        switch parameter.name {
        case "verify":
            configuration.verifiesPeer = try parameter.choice(["verify_peer": true, "verify_none": false])
        case "cacertfile": configuration.certificateAuthorityFile = parameter.value
        case "certfile": configuration.certificateFile = parameter.value
        case "keyfile": configuration.keyFile = parameter.value
        case "server_name_indication": serverName = parameter.value
        default: return false
        }
        isUsed = true
        return true
    }

    /// The hosts of an address as endpoints to connect to, in the same order.
    ///
    /// - Parameter address: the address whose parameters were taken.
    /// - Returns: one endpoint per host, with TLS if the scheme has it.
    /// - Throws: ``ServerAddressError`` when parameters were taken and the scheme is one without TLS, or when
    ///   `server_name_indication` differs from the name of a host.
    public func endpoints(of address: ServerAddress) throws(ServerAddressError) -> [ByteStream.Endpoint] {
        if let serverName, address.hosts.contains(where: { $0.name != serverName }) {
            throw ServerAddressError("server_name_indication can only be the host itself")
        }
        if isUsed, !address.scheme.isTLS {
            throw ServerAddressError("certificates and verify need an address with TLS, not \(address.scheme.name)://")
        }
        return address.hosts.map {
            ByteStream.Endpoint(host: $0.name, port: $0.port, tls: address.scheme.isTLS ? configuration : nil)
        }
    }
}
