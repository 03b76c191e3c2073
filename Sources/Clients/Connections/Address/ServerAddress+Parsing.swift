import Bytes

extension ServerAddress {
    /// Reads an address.
    ///
    /// The syntax is that of a URI (RFC 3986, section 3), with several hosts. A port that is left out, or empty, is the
    /// scheme's. Where no host is written, or only a port, the host is `localhost`. The first colon of a login ends the
    /// user.
    ///
    /// - Parameters:
    ///   - text: `scheme://` and what follows; the scheme's letters may be of either case.
    ///   - schemes: the schemes that are understood; with none, no address is.
    /// - Throws: ``ServerAddressError``, which names the part that cannot be read, never the password: another scheme,
    ///   a fragment, an `@` that is not percent-encoded in the path or the parameters, a `%` without two hexadecimal
    ///   digits, text that is not UTF-8, an IPv6 address without brackets, a port that is not 1 to 65535.
    public init(_ text: String, schemes: [Scheme]) throws(ServerAddressError) {
        guard let (scheme, start) = Self.scheme(of: text, schemes) else {
            let names = schemes.map { "\($0.name)://" }.joined(separator: " or ")
            throw ServerAddressError("the address begins with \(names)")
        }
        var rest = text[start...]
        if rest.contains("#") { throw ServerAddressError("the address has a fragment (# is written %23)") }
        let query = Self.cut(&rest, at: "?")
        let path = Self.cut(&rest, at: "/")
        // Otherwise a part of the password would be shown as the parameter or the path that it looks like.
        if query?.contains("@") == true || path?.contains("@") == true {
            throw ServerAddressError(
                "?, / and @ in a user or password are written %3F, %2F and %40; an @ elsewhere, too")
        }
        self.init(scheme: scheme, hosts: [])
        for segment in path?.split(separator: "/", omittingEmptySubsequences: false) ?? [] {
            self.path.append(try Self.decoded(segment, "the path"))
        }
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            login = Login(
                user: try Self.decoded(parts[0], "the user"),
                password: parts.count > 1 ? try Self.decoded(parts[1], "the password") : "")
            rest = rest[rest.index(after: at)...]
        }
        for pair in query?.split(separator: "&") ?? [] {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(parts[0], "the name of a parameter")
            parameters.append(Parameter(name, parts.count > 1 ? try Self.decoded(parts[1], name) : ""))
        }
        for host in rest.split(separator: ",", omittingEmptySubsequences: false) {
            hosts.append(try Self.host(host, defaultPort: scheme.defaultPort))
        }
    }

    private static func scheme(of text: String, _ schemes: [Scheme]) -> (Scheme, String.Index)? {
        for scheme in schemes {
            if let end = scheme.end(in: text) { return (scheme, end) }
        }
        return nil
    }

    /// Takes away what begins at the first `mark`, and returns it without the mark; nil when there is no mark.
    private static func cut(_ text: inout Substring, at mark: Character) -> Substring? {
        guard let index = text.firstIndex(of: mark) else { return nil }
        defer { text = text[..<index] }
        return text[text.index(after: index)...]
    }

    private static func host(_ text: Substring, defaultPort: UInt16) throws(ServerAddressError) -> Host {
        var name = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw ServerAddressError("the host has a [ without ]") }
            name = text[text.index(after: text.startIndex)..<end]
            port = text[text.index(after: end)...]
            guard port?.first.map({ $0 == ":" }) ?? true else {
                throw ServerAddressError("only a port follows an address in []")
            }
            port = port?.dropFirst()
            guard !name.isEmpty else { throw ServerAddressError("the address in [] is empty") }
        } else {
            port = cut(&name, at: ":")
            if port?.contains(":") == true { throw ServerAddressError("an IPv6 address stands in []") }
        }
        let decoded = try decoded(name, "the host")
        var number = defaultPort
        if let port, !port.isEmpty {
            number = UInt16(try Parameter("the port", String(port)).number(in: 1...65_535))
        }
        return Host(decoded.isEmpty ? "localhost" : decoded, port: number)
    }

    private static func decoded(_ text: Substring, _ name: String) throws(ServerAddressError) -> String {
        guard let value = PercentEncoding.decode(text) else {
            throw ServerAddressError("\(name) has a % without two hexadecimal digits, or is not UTF-8")
        }
        return value
    }
}

extension ServerAddress.Scheme {
    /// Where the rest of an address of this scheme begins; nil for an address of another scheme.
    func end(in text: String) -> String.Index? {
        let prefix = "\(name)://"
        guard text.prefix(prefix.count).lowercased() == prefix else { return nil }
        return text.index(text.startIndex, offsetBy: prefix.count)
    }
}

extension ServerAddress.Parameter {
    /// The value as a number.
    ///
    /// - Parameter range: the numbers that are allowed.
    /// - Throws: ``ServerAddressError`` with the name and the range, without the value, when the value is not a decimal
    ///   number or is outside `range`.
    public func number(in range: ClosedRange<UInt32>) throws(ServerAddressError) -> UInt32 {
        guard let number = UInt32(value), range.contains(number) else {
            throw ServerAddressError("\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// What the value stands for.
    ///
    /// - Parameter choices: the words that are understood, exactly as they are written, and what each stands for.
    /// - Throws: ``ServerAddressError`` with the name and the words that are understood, without the value, when the
    ///   value is none of them.
    public func choice<Choice>(_ choices: KeyValuePairs<String, Choice>) throws(ServerAddressError) -> Choice {
        guard let choice = choices.first(where: { $0.key == value })?.value else {
            throw ServerAddressError("\(name) is \(choices.map(\.key).joined(separator: " or "))")
        }
        return choice
    }
}
