/// The API's tokens, of an option and of a file.
enum TokenList {
    /// - Parameters:
    ///   - text: Tokens separated by commas.
    ///   - file: A file with a token in each line; empty lines, and those that begin with `#`, are left out.
    /// - Throws: ``CommandFailure`` for a file that cannot be read or holds no token: who names it wants `/dlq` open.
    static func read(_ text: String?, file: String?) throws -> [String] {
        let given = (text ?? "").split(separator: ",").map(String.init)
        guard let file else { return given }
        let tokens = String(decoding: try FileContents.read(file), as: UTF8.self)
            .split(whereSeparator: \.isNewline)
            .filter { $0.first { !$0.isWhitespace }.map { $0 != "#" } ?? false }
            .map(String.init)
        guard !tokens.isEmpty else {
            throw CommandFailure("\(file) holds no token: write one in each line")
        }
        return given + tokens
    }
}
