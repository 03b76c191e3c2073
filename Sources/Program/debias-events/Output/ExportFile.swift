import Platform

/// A new file to write to, or standard output; gathers small writes into larger ones.
final class ExportFile {
    private let path: String?
    private var pending: [UInt8] = []

    /// - Throws: ``CommandFailure`` if the file exists.
    init(_ path: String) throws {
        self.path = path == "-" ? nil : path
        guard let path = self.path else { return }
        guard !FileSystem.exists(path) else { throw CommandFailure("\(path) exists already; name a new file") }
        // The file is created even when there are no letters to export.
        try FileSystem.append([], to: path)
    }

    func write(_ text: String) throws {
        pending += text.utf8
        if pending.count >= 65_536 { try flush() }
    }

    /// Writes the rest; must be called at the end.
    func flush() throws {
        if let path { try FileSystem.append(pending, to: path) } else { try StandardStream.output.write(pending) }
        pending = []
    }
}
