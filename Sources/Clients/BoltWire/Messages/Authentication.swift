/// How a client proves who it is. A value; safe to use from any thread.
///
/// Its description and its mirror leave the secret out, so that no log of it can tell one.
public struct Authentication: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The name of the scheme: `none`, `basic`, `bearer`, `kerberos`, or one of a server's own.
    public let scheme: String
    /// The user, where the scheme names one.
    public let principal: String?
    /// What HELLO or LOGON sends beside the scheme.
    let entries: BoltMap

    private init(_ scheme: String, principal: String? = nil, _ entries: BoltMap = [:]) {
        self.scheme = scheme
        self.principal = principal
        self.entries = entries
    }

    /// For servers that ask nobody who they are.
    public static let none = Authentication("none")

    /// A user and a password.
    ///
    /// - Parameters:
    ///   - user: The name of the user.
    ///   - password: The password.
    ///   - realm: Who checks them, where a server has several that do; nil leaves it to the server.
    /// - Returns: The proof.
    public static func basic(user: String, password: String, realm: String? = nil) -> Authentication {
        var entries: BoltMap = ["principal": .string(user), "credentials": .string(password)]
        if let realm { entries.entries.append(BoltMap.Entry("realm", .string(realm))) }
        return Authentication("basic", principal: user, entries)
    }

    /// A token of a single sign-on.
    ///
    /// - Parameter token: The token.
    /// - Returns: The proof.
    public static func bearer(_ token: String) -> Authentication {
        Authentication("bearer", ["credentials": .string(token)])
    }

    /// A ticket of Kerberos.
    ///
    /// - Parameter ticket: The ticket in Base64.
    /// - Returns: The proof.
    public static func kerberos(_ ticket: String) -> Authentication {
        Authentication("kerberos", principal: "", ["principal": "", "credentials": .string(ticket)])
    }

    /// A scheme of a server's own.
    ///
    /// - Parameters:
    ///   - scheme: The name of the scheme.
    ///   - principal: The user; nil sends none.
    ///   - credentials: The secret; nil sends none.
    ///   - realm: Who checks them; nil sends none.
    ///   - parameters: What else the scheme wants; nil sends none.
    /// - Returns: The proof.
    public static func custom(
        scheme: String, principal: String? = nil, credentials: String? = nil, realm: String? = nil,
        parameters: BoltMap? = nil
    ) -> Authentication {
        var entries: [BoltMap.Entry] = []
        if let principal { entries.append(BoltMap.Entry("principal", .string(principal))) }
        if let credentials { entries.append(BoltMap.Entry("credentials", .string(credentials))) }
        if let realm { entries.append(BoltMap.Entry("realm", .string(realm))) }
        if let parameters { entries.append(BoltMap.Entry("parameters", .map(parameters))) }
        return Authentication(scheme, principal: principal, BoltMap(entries))
    }

    /// The scheme and the user, without the secret.
    public var description: String { principal.map { "\(scheme) (\($0))" } ?? scheme }
    /// The scheme and the user, without the secret.
    public var customMirror: Mirror {
        Mirror(self, children: ["scheme": scheme, "principal": principal as Any])
    }
}
