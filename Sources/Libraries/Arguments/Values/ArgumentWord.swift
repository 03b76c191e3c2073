/// One word of a command line, by its form alone.
enum ArgumentWord: Equatable {
    /// `--name` or `--name=value`.
    case long(name: String, value: String?)
    /// `-n`, `-abc`, `-n5`: all behind the dash.
    case short(Substring)
    /// Anything else: also a lone dash, which by custom means standard input, and a negative number.
    case plain(String)

    init(_ word: String) {
        if word.hasPrefix("--"), word.utf8.count > 2 {
            if let equals = word.firstIndex(of: "=") {
                self = .long(name: String(word[..<equals]), value: String(word[word.index(after: equals)...]))
            } else {
                self = .long(name: word, value: nil)
            }
        } else if word.hasPrefix("-"), word.utf8.count > 1, word != "--", !Self.isNegativeNumber(word) {
            self = .short(word.dropFirst())
        } else {
            self = .plain(word)
        }
    }

    /// Whether the word is meant as an option.
    var isOption: Bool {
        if case .plain = self { false } else { true }
    }

    private static func isNegativeNumber(_ word: String) -> Bool {
        let digits = word.dropFirst().first == "." ? word.dropFirst(2) : word.dropFirst()
        return digits.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    }
}

/// A command line that does not hold together, apart from the values in it.
struct ArgumentSyntaxError: Error, Equatable {
    let message: String
}
