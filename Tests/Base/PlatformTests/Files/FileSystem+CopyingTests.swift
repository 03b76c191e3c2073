import Platform
import TestSupport
import Testing

@Suite("Copying a file")
struct FileSystemCopyingTests {
    @Test("gives the same bytes in order, in pieces, and writes over nothing", arguments: [0, 1, 3 << 20 | 5])
    func copies(count: Int) throws {
        let directory = try TemporaryDirectory()
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try FileSystem.replace(directory.file("a"), with: content)
        var seen: [UInt8] = []
        try FileSystem.copy(directory.file("a"), to: directory.file("b")) { seen += $0 }
        #expect(seen == content)
        #expect(try FileSystem.contents(of: directory.file("b")) == content)
        let error = #expect(throws: SystemError.self) {
            try FileSystem.copy(directory.file("a"), to: directory.file("b")) { _ in }
        }
        #expect(error?.operation == "open")
        #expect(throws: SystemError.self) { try FileSystem.forEachPiece(of: directory.file("c")) { _ in } }
    }

    @Test("a file that all may write may have been written by others, one of this user's own not")
    func writableByOthers() throws {
        let directory = try TemporaryDirectory()
        try FileSystem.replace(directory.file("a"), with: [])
        #expect(!FileSystem.isWritableByOthers(directory.file("a")))
        #expect(!FileSystem.isWritableByOthers(directory.file("missing")))
        #expect(!FileSystem.isWritableByOthers("/etc/passwd"))
        #expect(FileSystem.isWritableByOthers("/tmp"))
    }
}
