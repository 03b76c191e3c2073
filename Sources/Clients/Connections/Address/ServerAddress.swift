import Bytes

/// The address of a server, or of several that stand for one another, as a person writes it:
///
///     scheme://user:password@host1:port1,[::1]:port2/segment/segment?name=value&name=value
///
/// Every part is percent-decoded. The description has neither the password nor the parameters, since any of them may be a
/// secret.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// What an address begins with, and what follows from it.
    public struct Scheme: Sendable, Hashable {
        /// In lowercase, without `://`.
        public var name: String
        /// For hosts without a port.
        public var defaultPort: UInt16
        /// Whether the connection is made over TLS.
        public var isTLS: Bool

        /// A scheme of these parts.
        public init(_ name: String, defaultPort: UInt16, isTLS: Bool = false) {
            self.name = name
            self.defaultPort = defaultPort
            self.isTLS = isTLS
        }
    }

    /// Who connects.
    public struct Login: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
        /// May be empty.
        public var user: String
        /// Empty when the address gives none.
        public var password: String

        /// A login of these parts.
        public init(user: String, password: String) {
            self.user = user
            self.password = password
        }

        /// The user alone.
        public var description: String { user }
        /// The user alone.
        public var debugDescription: String { user }
    }

    /// One server.
    public struct Host: Sendable, Hashable, CustomStringConvertible {
        /// A name, or an address without brackets.
        public var name: String
        /// The TCP port.
        public var port: UInt16

        /// A host of these parts.
        public init(_ name: String, port: UInt16) {
            self.name = name
            self.port = port
        }

        /// `name:port`, with an IPv6 address in brackets.
        public var description: String { name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)" }
    }

    /// What stands behind the question mark.
    public struct Parameter: Sendable, Hashable {
        /// As it is written, decoded.
        public var name: String
        /// Empty when there is no equals sign.
        public var value: String

        /// A parameter of these parts.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What the address begins with.
    public var scheme: Scheme
    /// Nil when the address names nobody.
    public var login: Login?
    /// At least one in an address that was read, in the order of the text.
    public var hosts: [Host]
    /// The segments of the path: none without a path, one empty segment for `/` alone.
    public var path: [String]
    /// In the order of the text; a name may stand there several times.
    public var parameters: [Parameter]

    /// An address of these parts.
    public init(
        scheme: Scheme, login: Login? = nil, hosts: [Host], path: [String] = [], parameters: [Parameter] = []
    ) {
        self.scheme = scheme
        self.login = login
        self.hosts = hosts
        self.path = path
        self.parameters = parameters
    }

    /// Scheme, user, hosts and path, encoded as in an address.
    public var description: String {
        let user = login.map { PercentEncoding.encode($0.user) + "@" } ?? ""
        let hosts = hosts.map(\.description).joined(separator: ",")
        return "\(scheme.name)://\(user)\(hosts)" + path.map { "/" + PercentEncoding.encode($0) }.joined()
    }

    /// What may be shown of a text that is meant to be an address: its description; where the text cannot be read, the
    /// scheme if it is one of `schemes`, and nothing else.
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
    /// The description.
    public var debugDescription: String { description }

    /// Shows `dump` and the like no more than the description.
    public var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}
