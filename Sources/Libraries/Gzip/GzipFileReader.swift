import Glibc

/// Reads a plain or gzip file in memory that does not grow with the file: a few times the size of a chunk.
///
/// The first two bytes tell whether the file is compressed. Several gzip members are read as one.
///
/// Opening and reading block the calling thread until the file, the pipe or the terminal gives something: use a reader
/// on a queue of its own, never on the cooperative pool. A reader belongs to one task or actor at a time; moving it
/// between them is safe. The file is closed when the reader's life ends.
public struct GzipFileReader: ~Copyable, Sendable {
    /// The path, or the name that was given for a descriptor, for messages.
    public let path: String

    /// The number of bytes from the position at the opening to the end of the file on disk; `nil` for pipes, terminals
    /// and the like.
    public let totalByteCount: Int?

    /// The number of bytes of the file on disk that were used so far, for progress against ``totalByteCount``.
    public private(set) var readByteCount = 0

    /// Whether the file is compressed; `false` before the first ``read(into:)``.
    public var isCompressed: Bool { inflater != nil }

    private let file: FileDescriptor
    private let chunkSize: Int
    private var format = Format.unknown
    private var inflater: Inflater?
    /// Compressed bytes that were read and not yet used up, from `inputOffset` on.
    private var input: [UInt8] = []
    private var inputOffset = 0

    private enum Format {
        case unknown, plain, gzip, ended
    }

    /// Opens the file at `path`.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - chunkSize: How many bytes of contents ``read(into:)`` gives at most: 2 or more, 256 KiB by default.
    /// - Throws: `GzipFileError` with the reason `.open` if there is no such file or it may not be read.
    public init(path: String, chunkSize: Int = 1 << 18) throws(GzipFileError) {
        try self.init(path: path, file: FileDescriptor(opening: path), chunkSize: chunkSize)
    }

    /// Reads from an open descriptor, from its position on.
    ///
    /// - Parameters:
    ///   - descriptor: The descriptor, for example 0 for standard input. Nobody else may read from it meanwhile.
    ///   - name: What messages call it.
    ///   - closing: Whether the descriptor is closed with the reader.
    ///   - chunkSize: How many bytes of contents ``read(into:)`` gives at most: 2 or more, 256 KiB by default.
    /// - Throws: `GzipFileError` with the reason `.open` if there is no such descriptor.
    public init(
        descriptor: Int32, name: String, closing: Bool, chunkSize: Int = 1 << 18
    ) throws(GzipFileError) {
        try self.init(
            path: name, file: FileDescriptor(raw: descriptor, closesItself: closing), chunkSize: chunkSize)
    }

    private init(path: String, file: consuming FileDescriptor, chunkSize: Int) throws(GzipFileError) {
        precondition(chunkSize > 1, "a chunk has room for the two bytes that tell the format")
        self.path = path
        self.chunkSize = chunkSize
        do {
            totalByteCount = try file.remainingByteCount()
        } catch {
            throw GzipFileError(path: path, reason: .open(error.code))
        }
        self.file = file
    }

    /// Replaces `chunk` by the next piece of the contents: at least one byte, unless the end is reached.
    ///
    /// It blocks the calling thread until there is something to read. The storage of the array is used again, so that a
    /// loop over one array allocates once.
    ///
    /// - Parameter chunk: The array that gets the piece; what it held is dropped.
    /// - Returns: `false` at the end of the contents, where `chunk` is empty.
    /// - Throws: `GzipFileError` with the reason `.read` if the system cannot read on, and `.contents` if the
    ///   compressed contents are damaged (`.corrupt`) or cut off (`.truncated`).
    public mutating func read(into chunk: inout [UInt8]) throws(GzipFileError) -> Bool {
        chunk.removeAll(keepingCapacity: true)
        if format == .unknown { try detectFormat() }
        switch format {
        case .unknown, .ended: break
        case .plain: try readPlain(into: &chunk)
        case .gzip: try readCompressed(into: &chunk)
        }
        if chunk.isEmpty { format = .ended }
        return !chunk.isEmpty
    }

    private mutating func detectFormat() throws(GzipFileError) {
        // A pipe may hand over its first byte alone.
        while input.count < 2 {
            guard try Self.fill(&input, from: file, atMost: chunkSize, path: path) else { break }
        }
        if input.starts(with: [GzipMagic.first, GzipMagic.second]) {
            format = .gzip
            inflater = Inflater(limits: .unlimited)
        } else {
            format = .plain
        }
    }

    private mutating func readPlain(into chunk: inout [UInt8]) throws(GzipFileError) {
        if input.isEmpty {
            _ = try Self.fill(&chunk, from: file, atMost: chunkSize, path: path)
        } else {
            swap(&chunk, &input)
            input = []
        }
        readByteCount += chunk.count
    }

    private mutating func readCompressed(into chunk: inout [UInt8]) throws(GzipFileError) {
        while chunk.isEmpty {
            var atEnd = false
            if inputOffset == input.count && inflater?.outputIsPending == false {
                input.removeAll(keepingCapacity: true)
                inputOffset = 0
                atEnd = try !Self.fill(&input, from: file, atMost: chunkSize, path: path)
            }
            do throws(GzipError) {
                if atEnd { return try inflater?.finish() ?? () }
                let input = input
                let rest = input.span.extracting(inputOffset...)
                let used = try inflater?.inflate(rest, into: &chunk, atMost: chunkSize) ?? 0
                inputOffset += used
                readByteCount += used
            } catch {
                throw GzipFileError(path: path, reason: .contents(error))
            }
        }
    }

    /// Appends the next bytes of the file, up to `count` in the buffer; returns `false` at its end.
    private static func fill(
        _ buffer: inout [UInt8], from file: borrowing FileDescriptor, atMost count: Int, path: String
    ) throws(GzipFileError) -> Bool {
        do {
            return try file.read(into: &buffer, atMost: count - buffer.count) > 0
        } catch {
            throw GzipFileError(path: path, reason: .read(error.code))
        }
    }
}
