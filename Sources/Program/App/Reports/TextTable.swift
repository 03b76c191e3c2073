/// Rows in aligned columns, for terminals.
package struct TextTable {
    /// The side to which a column is aligned.
    package enum Alignment {
        case left, right
    }

    var header: [String]?
    var columns: [Alignment]
    var rows: [[String]]

    /// A table of these rows; each row must have as many cells as there are columns.
    package init(header: [String]? = nil, columns: [Alignment], rows: [[String]]) {
        self.header = header
        self.columns = columns
        // A cell stays within its line, whatever a producer wrote into it.
        self.rows = rows.map { cells in cells.map { $0.shown(keepingLines: false) } }
    }

    /// The table, with a line per row, each with its line feed.
    package var text: String {
        let lines = (header.map { [$0] } ?? []) + rows
        let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            let padded = cells.indices.map { column -> String in
                let filling = String(repeating: " ", count: widths[column] - cells[column].count)
                return columns[column] == .left ? cells[column] + filling : filling + cells[column]
            }
            var line = padded.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
