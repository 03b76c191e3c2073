import Foundation
import Gzip
import Testing

@Suite("A gzip file reader")
struct GzipFileReaderTests {
    private static let contents = (0..<5000).flatMap { Array("line \($0)\n".utf8) }

    /// Lends a file with `bytes` in a folder of its own to `use`.
    private func withFile<Value>(_ bytes: [UInt8], _ use: (String) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gzip-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "file")
        try Data(bytes).write(to: file)
        return try use(file.path)
    }

    private func readAll(_ reader: inout GzipFileReader) throws(GzipFileError) -> [UInt8] {
        var all: [UInt8] = []
        var chunk: [UInt8] = []
        while try reader.read(into: &chunk) { all += chunk }
        return all
    }

    @Test("reads a plain, a compressed and a file of several members alike", arguments: [2, 3, 1000, 1 << 18])
    func formats(chunkSize: Int) throws {
        let half = Self.contents.count / 2
        let members =
            Gzip.compress(Array(Self.contents[..<half])) + Gzip.compress([])
            + Gzip.compress(Array(Self.contents[half...]))
        for (bytes, compressed) in [(Self.contents, false), (Gzip.compress(Self.contents), true), (members, true)] {
            try withFile(bytes) { path in
                var reader = try GzipFileReader(path: path, chunkSize: chunkSize)
                #expect(reader.totalByteCount == bytes.count)
                #expect(try readAll(&reader) == Self.contents)
                #expect(reader.isCompressed == compressed)
                #expect(reader.readByteCount == bytes.count)
            }
        }
    }

    @Test("gives chunks of at most the asked size and then the end, again and again")
    func chunks() throws {
        for bytes in [Self.contents, Gzip.compress(Self.contents)] {
            try withFile(bytes) { path in
                var reader = try GzipFileReader(path: path, chunkSize: 4096)
                var chunk: [UInt8] = []
                var last = 0
                while try reader.read(into: &chunk) {
                    #expect((1...4096).contains(chunk.count))
                    #expect(reader.readByteCount >= last)
                    last = reader.readByteCount
                }
                #expect(chunk.isEmpty)
                #expect(try !reader.read(into: &chunk))
            }
        }
    }

    @Test("takes an empty file and files of one byte for plain", arguments: [[], [0x1f], [0x41]] as [[UInt8]])
    func tinyFiles(bytes: [UInt8]) throws {
        try withFile(bytes) { path in
            var reader = try GzipFileReader(path: path)
            #expect(try readAll(&reader) == bytes)
        }
    }

    @Test("reads from a descriptor such as a pipe, whose first bytes come one by one")
    func pipe() throws {
        let pipe = Pipe()
        let compressed = Gzip.compress(Self.contents)
        let writer = pipe.fileHandleForWriting
        let thread = Thread {
            for byte in compressed.prefix(3) { try? writer.write(contentsOf: Data([byte])) }
            try? writer.write(contentsOf: Data(compressed.dropFirst(3)))
            try? writer.close()
        }
        thread.start()
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        var reader = try GzipFileReader(descriptor: descriptor, name: "the pipe", closing: false)
        #expect(reader.totalByteCount == nil)
        #expect(try readAll(&reader) == Self.contents)
    }

    @Test("waits for input on a descriptor that does not block")
    func nonBlockingPipe() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        #expect(fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0)
        let writer = pipe.fileHandleForWriting
        let readerMayWait = DispatchSemaphore(value: 0)
        let thread = Thread {
            readerMayWait.wait()
            try? writer.write(contentsOf: Data(Self.contents))
            try? writer.close()
        }
        thread.start()
        var reader = try GzipFileReader(descriptor: descriptor, name: "the pipe", closing: false)
        readerMayWait.signal()
        #expect(try readAll(&reader) == Self.contents)
    }

    @Test("names the file and the reason when it cannot be opened or read")
    func failures() throws {
        let missing = #expect(throws: GzipFileError.self) {
            _ = try GzipFileReader(path: "/nowhere/events.csv")
        }
        #expect(missing?.reason == .open(ENOENT))
        #expect(missing?.description == "cannot open /nowhere/events.csv: No such file or directory (errno 2)")

        let folder = #expect(throws: GzipFileError.self) {
            var reader = try GzipFileReader(path: "/")
            _ = try readAll(&reader)
        }
        #expect(folder?.reason == .read(EISDIR))

        let descriptor = #expect(throws: GzipFileError.self) {
            _ = try GzipFileReader(descriptor: -1, name: "standard input", closing: false)
        }
        #expect(descriptor?.path == "standard input")
        #expect(descriptor?.reason == .open(EBADF))
    }

    @Test("names the file when its contents are damaged or cut off, after what could be read")
    func damagedContents() throws {
        let compressed = Gzip.compress(Self.contents)
        try withFile(Array(compressed.dropLast(9))) { path in
            var reader = try GzipFileReader(path: path, chunkSize: 1000)
            var chunk: [UInt8] = []
            var all: [UInt8] = []
            let error = #expect(throws: GzipFileError.self) {
                while try reader.read(into: &chunk) { all += chunk }
            }
            #expect(error == GzipFileError(path: path, reason: .contents(.truncated)))
            #expect(Self.contents.starts(with: all))
            #expect(all.count > Self.contents.count - 2000)
        }
        try withFile(compressed + Array("more".utf8)) { path in
            let error = #expect(throws: GzipFileError.self) {
                var reader = try GzipFileReader(path: path)
                _ = try readAll(&reader)
            }
            #expect(error?.description.hasPrefix("cannot decompress \(path): the compressed data are damaged") == true)
        }
    }
}
