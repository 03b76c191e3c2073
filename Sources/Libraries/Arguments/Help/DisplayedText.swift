/// Makes texts from outside fit to be shown in messages.
enum DisplayedText {
    private static let longest = 100

    /// `text` in quotes: bounded, without control characters that a terminal would obey, without passwords in addresses.
    static func quoted(_ text: String) -> String {
        "'\(shown(text))'"
    }

    /// `text` bounded, without control characters, and without passwords in addresses.
    static func shown(_ text: String) -> String {
        var result = ""
        for scalar in withoutPassword(text).unicodeScalars.prefix(longest) {
            result += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return text.unicodeScalars.count > longest ? result + "…" : result
    }

    /// `amqp://user:password@host` with stars in place of the password; also several addresses in one text.
    static func withoutPassword(_ text: String) -> String {
        let parts = text.split(separator: "://", omittingEmptySubsequences: false)
        let masked = parts.dropFirst().map { part -> Substring in
            let authority = part.prefix { !"/?#".contains($0) }
            guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
                return part
            }
            return part[...colon] + "***" + part[at...]
        }
        return (parts.prefix(1) + masked).joined(separator: "://")
    }
}
