import Foundation
import Platform
import TestSupport
import Testing

@Suite("File identity") struct FileIdentityTests {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    @Test("a path leads to the same file until that is removed or another takes its name")
    func identity() throws {
        let path = folder.file("a")
        #expect(FileIdentity(path: path) == nil)
        try FileSystem.append([1], to: path)
        // Open, so that no other file gets its identity.
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        let identity = try #require(FileIdentity(path: path))
        try FileSystem.append([2], to: path)
        #expect(FileIdentity(path: path) == identity)
        try FileManager.default.moveItem(atPath: path, toPath: folder.file("b"))
        #expect(FileIdentity(path: path) == nil)
        #expect(FileIdentity(path: folder.file("b")) == identity)
        try FileSystem.append([1], to: path)
        #expect(FileIdentity(path: path) != identity)
        try file.close()
    }

    @Test("a folder's stamp changes with its names, and not with the content of its files")
    func stamp() async throws {
        let path = folder.file("a")
        try FileSystem.append([1], to: path)
        try await eventually("a stamp that is settled") { FolderStamp(path: folder.path)?.isSettled == true }
        let stamp = FolderStamp(path: folder.path)
        try FileSystem.append([2], to: path)
        #expect(FolderStamp(path: folder.path) == stamp)
        try FileSystem.remove(path)
        #expect(FolderStamp(path: folder.path) != stamp)
        #expect(FolderStamp(path: folder.path)?.isSettled == false)
        folder.remove()
        #expect(FolderStamp(path: folder.path) == nil)
    }
}
