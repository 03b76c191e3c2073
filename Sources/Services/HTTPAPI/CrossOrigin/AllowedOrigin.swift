/// The origin of pages that may post events from a browser: scheme, host and port, as in `https://shop.example`; or every
/// origin, `*`.
package struct AllowedOrigin: Sendable, Hashable, CustomStringConvertible {
    /// `*`, or the origin as browsers send it: in lower case, and without the default port of its scheme.
    package let description: String

    private init(asBrowsersSendIt text: String) {
        description = text
    }

    /// Every origin, also that of pages without one.
    package static let any = AllowedOrigin(asBrowsersSendIt: "*")

    /// Reads an origin or `*`.
    ///
    /// - Throws: A ``Failure`` for any other text: a path or a slash behind the port, a user, a pattern such as
    ///   `https://*.shop.example`, letters that browsers send in another form (`xn--`), and `null`, which browsers send
    ///   for every page without an origin, whoever wrote it.
    package init(_ text: String) throws(Failure) {
        guard text != "*" else {
            self = .any
            return
        }
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { throw Failure() }
        let text = text.lowercased()
        let scheme = text.prefix { $0 != ":" }
        guard Self.isScheme(scheme), text.dropFirst(scheme.count).hasPrefix("://") else { throw Failure() }
        let authority = text.dropFirst(scheme.count + 3)
        let host = Self.host(of: authority)
        guard !host.isEmpty else { throw Failure() }
        let port = try Self.port(authority.dropFirst(host.count))
        let isDefault = port == nil || (scheme == "https" && port == 443) || (scheme == "http" && port == 80)
        self.init(asBrowsersSendIt: "\(scheme)://\(host)" + (isDefault ? "" : port.map { ":\($0)" } ?? ""))
    }

    /// Why a text is not an origin.
    package struct Failure: Error {}

    private static func isScheme(_ text: Substring) -> Bool {
        text.first?.isLetter == true && text.allSatisfy { $0.isLetter || $0.isNumber || "+-.".contains($0) }
    }

    /// The host with which an authority begins, an IPv6 address with its brackets; empty if it begins with none.
    private static func host(of authority: Substring) -> Substring {
        guard authority.first == "[" else {
            return authority.prefix { $0.isLetter || $0.isNumber || "-._".contains($0) }
        }
        let address = authority.dropFirst().prefix { $0.isHexDigit || ":.".contains($0) }
        guard address.contains(":"), authority.dropFirst(address.count + 1).first == "]" else { return "" }
        return authority.prefix(address.count + 2)
    }

    /// The port behind a host; nil where nothing is.
    private static func port(_ text: Substring) throws(Failure) -> UInt16? {
        if text.isEmpty { return nil }
        let digits = text.dropFirst()
        guard text.first == ":", digits.allSatisfy(\.isNumber), let port = UInt16(digits), port > 0 else {
            throw Failure()
        }
        return port
    }
}
