/// Rows in aligned columns, for terminals.
package struct TextTable {
    /// To which side a column is aligned.
    package enum Alignment {
        case left, right
    }

    var header: [String]?
    var columns: [Alignment]
    var rows: [[String]]

    /// A table of these rows; each row has as many cells as there are columns.
    package init(header: [String]? = nil, columns: [Alignment], rows: [[String]]) {
        self.header = header
        self.columns = columns
        self.rows = rows
    }

    /// The table, a line a row, each with its line end.
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
