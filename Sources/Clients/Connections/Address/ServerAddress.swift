import Bytes
public import Network

/// The address of a server, or of several that stand for one another, as a person writes it:
///
///     scheme://user:password@host1:port1,[::1]:port2/segment/segment?name=value&name=value
///
/// Every part is percent-decoded. The description has neither the password nor the parameters, since any of them may be
/// a secret; the same holds for `dump` and string interpolation.
///
/// A value; safe to use from any thread.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// What an address begins with, and what follows from it.
    public struct Scheme: Sendable, Hashable {
        /// The scheme in lowercase, without `://`.
        public var name: String
        /// The TCP port of hosts that are written without one.
        public var defaultPort: UInt16
        /// Whether the connection is made over TLS.
        public var isTLS: Bool

        /// Makes a scheme.
        ///
        /// - Parameters:
        ///   - name: the scheme in lowercase, without `://`, such as `amqps`.
        ///   - defaultPort: the TCP port of hosts that are written without one.
        ///   - isTLS: whether the connection is made over TLS.
        public init(_ name: String, defaultPort: UInt16, isTLS: Bool = false) {
            self.name = name
            self.defaultPort = defaultPort
            self.isTLS = isTLS
        }
    }

    /// The user that connects, and the password, which no description shows.
    public struct Login: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
        /// The user's name; empty where the address has a password alone.
        public var user: String
        /// The password; empty when the address gives none.
        public var password: String

        /// Makes a login.
        ///
        /// - Parameters:
        ///   - user: the user's name, not encoded.
        ///   - password: the password, not encoded.
        public init(user: String, password: String) {
            self.user = user
            self.password = password
        }

        /// The user alone.
        public var description: String { user }
        /// The user alone.
        public var debugDescription: String { user }
    }

    /// One server: a name or an IP address, and a port.
    public struct Host: Sendable, Hashable, CustomStringConvertible {
        /// A DNS name, or an IP address without brackets.
        public var name: String
        /// The TCP port.
        public var port: UInt16

        /// Makes a host.
        ///
        /// - Parameters:
        ///   - name: a DNS name, or an IP address without brackets.
        ///   - port: the TCP port.
        public init(_ name: String, port: UInt16) {
            self.name = name
            self.port = port
        }

        /// The server that an endpoint connects to.
        ///
        /// - Parameter endpoint: where to connect.
        public init(_ endpoint: ByteStream.Endpoint) {
            self.init(endpoint.host, port: endpoint.port)
        }

        /// `name:port`, with an IPv6 address in brackets.
        public var description: String { name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)" }
    }

    /// One `name=value` of the query, which follows the question mark.
    public struct Parameter: Sendable, Hashable {
        /// The name, decoded; the case of its letters is kept.
        public var name: String
        /// The value, decoded; empty when there is no equals sign. It may be a secret.
        public var value: String

        /// Makes a parameter.
        ///
        /// - Parameters:
        ///   - name: the name, not encoded.
        ///   - value: the value, not encoded.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What the address begins with.
    public var scheme: Scheme
    /// The user and the password; nil when the address names no user.
    public var login: Login?
    /// The servers, in the order of the text; at least one in an address that was read.
    public var hosts: [Host]
    /// The segments of the path: none without a path, one empty segment for `/` alone.
    public var path: [String]
    /// The parameters, in the order of the text; a name may stand there several times.
    public var parameters: [Parameter]

    /// Makes an address of parts that are not encoded; they are not checked.
    ///
    /// - Parameters:
    ///   - scheme: what the address begins with.
    ///   - login: the user and the password; nil: none.
    ///   - hosts: the servers, in the order in which they are tried.
    ///   - path: the segments of the path.
    ///   - parameters: the parameters, in their order.
    public init(
        scheme: Scheme, login: Login? = nil, hosts: [Host], path: [String] = [], parameters: [Parameter] = []
    ) {
        self.scheme = scheme
        self.login = login
        self.hosts = hosts
        self.path = path
        self.parameters = parameters
    }

    /// Scheme, user, hosts and path, encoded as in an address; without the password and the parameters.
    public var description: String {
        let user = login.map { PercentEncoding.encode($0.user) + "@" } ?? ""
        let hosts = hosts.map(\.description).joined(separator: ",")
        return "\(scheme.name)://\(user)\(hosts)" + path.map { "/" + PercentEncoding.encode($0) }.joined()
    }

    /// What may be shown, in a log for example, of a text that is meant to be an address.
    ///
    /// - Parameters:
    ///   - text: the address as a person wrote it.
    ///   - schemes: the schemes that are understood.
    /// - Returns: the address's description; where the text cannot be read, the scheme if it is one of `schemes`, and
    ///   nothing else.
    public static func redacted(_ text: String, schemes: [Scheme]) -> String {
        do throws(ServerAddressError) {
            return try ServerAddress(text, schemes: schemes).description
        } catch {
            let scheme = schemes.first { $0.end(in: text) != nil }
            return scheme.map { "\($0.name)://..." } ?? "an unreadable address"
        }
    }
}

extension ServerAddress: CustomDebugStringConvertible, CustomReflectable {
    /// The same as ``description``, so that a debugger and `print` of an array show no secret either.
    public var debugDescription: String { description }

    /// A mirror that shows `dump` and the like no more than the ``description``.
    public var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}
