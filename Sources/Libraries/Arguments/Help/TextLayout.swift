/// Lays out text in columns for a terminal. Widths are counted in characters.
struct TextLayout {
    /// The number of columns of a whole line.
    let width: Int

    /// Stands for a space at which a line must not break.
    static let hardSpace: Character = "\u{a0}"

    private static let narrowest = 40
    private static let widestLabel = 34

    init(width: Int) {
        self.width = max(width, Self.narrowest)
    }

    /// `text` in lines that fit, each behind `indentation` spaces; line breaks in `text` are kept.
    func paragraph(_ text: String, indentation: Int = 0) -> String {
        wrapped(text, to: width - indentation)
            .map { $0.isEmpty ? "" : spaces(indentation) + $0 }
            .joined(separator: "\n")
    }

    /// Pairs of a label and a text side by side, the texts below each other.
    ///
    /// A label too wide for its column gets a line of its own.
    func columns(_ list: [(label: String, text: String)], labelWidth: Int) -> String {
        let column = labelWidth + 4
        return list.map { entry in
            let lines = wrapped(entry.text, to: max(width - column, Self.narrowest / 2))
            var result = "  " + entry.label
            if entry.label.count > labelWidth {
                result += "\n" + spaces(column)
            } else if !entry.text.isEmpty {
                result += spaces(column - 2 - entry.label.count)
            }
            return result + lines.joined(separator: "\n" + spaces(column))
        }.joined(separator: "\n")
    }

    /// How wide the column of labels is so that most of `labels` fit and enough is left for the texts.
    func labelWidth(for labels: some Sequence<String>) -> Int {
        let bound = min(Self.widestLabel, width / 2 - 4)
        return labels.map(\.count).filter { $0 <= bound }.max() ?? bound
    }

    private func wrapped(_ text: String, to width: Int) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
            var lines: [String] = []
            var current = ""
            for word in line.split(separator: " ") {
                if !current.isEmpty && current.count + 1 + word.count > width {
                    lines.append(current)
                    current = ""
                }
                current += current.isEmpty ? String(word) : " " + word
            }
            return lines + [current]
        }.map { $0.replacing([Self.hardSpace], with: " ") }
    }

    private func spaces(_ count: Int) -> String {
        String(repeating: " ", count: count)
    }
}
