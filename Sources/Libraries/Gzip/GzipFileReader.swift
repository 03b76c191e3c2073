import Glibc

/// Reads a plain or gzip file (told apart by its first two bytes; several members are one) in constant memory.
///
/// Reading blocks the calling thread: use it on a queue of its own, never on the cooperative pool.
/// Owned by one task or actor at a time; moving it between them is safe.
public struct GzipFileReader: ~Copyable, Sendable {
    /// The path, or the name that was given for a descriptor; for messages.
    public let path: String

    /// The size of the file on disk in bytes; `nil` for pipes, terminals and the like.
    public let totalByteCount: Int?

    /// The number of bytes of the file on disk used up so far, for progress against `totalByteCount`.
    public private(set) var readByteCount = 0

    /// Whether the file is compressed; `false` before the first `read`.
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
    /// - Parameter chunkSize: How many bytes of contents a `read` gives at most.
    /// - Throws: `GzipFileError` with the reason `.open`.
    public init(path: String, chunkSize: Int = 1 << 18) throws(GzipFileError) {
        try self.init(path: path, file: FileDescriptor(opening: path), chunkSize: chunkSize)
    }

    /// Reads from an open descriptor, for example standard input (0), called `name` in messages.
    ///
    /// - Parameters:
    ///   - closing: Whether the descriptor is closed with the reader.
    ///   - chunkSize: How many bytes of contents a `read` gives at most.
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
    /// The array's storage is reused, so a loop over one array allocates once.
    /// - Returns: `false` at the end of the contents, where `chunk` is empty.
    /// - Throws: `GzipFileError`: the file could not be read, or its contents are damaged or cut off.
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
