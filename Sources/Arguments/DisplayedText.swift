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

    /// `amqp://user:password@host` with stars in place of the password.
    static func withoutPassword(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let mark = Array("://".utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return text }
        let authority = bytes[(start + mark.count)...].prefix { !Array("/?#".utf8).contains($0) }
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
            let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":"))
        else { return text }
        return String(decoding: bytes[...colon] + Array("***".utf8) + bytes[at...], as: UTF8.self)
    }
}
