extension String {
    /// The text as it can be shown on a terminal: control characters, and those that turn the direction of what follows,
    /// are written `\u001b`, as in JSON. They come from events and error texts of others, and could clear the screen,
    /// hide lines or type commands.
    ///
    /// - Parameter keepingLines: Whether line feeds and tabs stay as they are.
    package func shown(keepingLines: Bool) -> String {
        let isSuspicious = utf8.contains { byte in
            switch byte {
            case 0x09, 0x0A: !keepingLines
            // 0xC2 and 0xE2 begin the others in UTF-8.
            case 0..<0x20, 0x7F, 0xC2, 0xE2: true
            default: false
            }
        }
        guard isSuspicious else { return self }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n", "\t":
                text += keepingLines ? String(scalar) : scalar == "\n" ? "\\n" : "\\t"
            case _ where scalar.properties.generalCategory == .control, "\u{202A}"..."\u{202E}",
                "\u{2066}"..."\u{2069}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
