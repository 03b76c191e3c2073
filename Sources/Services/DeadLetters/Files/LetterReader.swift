package import EventLoops
package import Gzip

/// Reads the lines of a file of letters, plain or gzip, on a thread of its own.
package actor LetterReader: QueueActor {
    package nonisolated let executor = QueueExecutor(label: "letters")

    /// The most bytes of a line: a body of 1 MiB whose bytes are all escaped, and its headers.
    private static let maximumLine = 16 << 20

    private var reader: GzipFileReader
    private var chunk: [UInt8] = []
    private var rest: [UInt8] = []
    private var isAtEnd = false

    /// - Parameter path: The file, or `-` for standard input.
    package init(_ path: String) throws(GzipFileError) {
        if path == "-" {
            reader = try GzipFileReader(descriptor: 0, name: "standard input", closing: false)
        } else {
            reader = try GzipFileReader(path: path)
        }
    }

    /// The next lines that are not empty, without their line feeds; none at the end of the file.
    ///
    /// - Throws: `GzipFileError`; ``LetterFile/Unreadable`` for a line that is too long.
    package func next() throws -> [[UInt8]] {
        while !isAtEnd {
            if try reader.read(into: &chunk) {
                rest += chunk
            } else {
                isAtEnd = true
                rest.append(UInt8(ascii: "\n"))
            }
            guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else {
                guard rest.count <= Self.maximumLine else {
                    throw LetterFile.Unreadable(description: "a line of more than \(Self.maximumLine) bytes")
                }
                continue
            }
            let lines = rest[..<end].split(separator: UInt8(ascii: "\n")).map { Array($0) }
            rest.removeFirst(end + 1)
            if !lines.isEmpty { return lines }
        }
        return []
    }
}
