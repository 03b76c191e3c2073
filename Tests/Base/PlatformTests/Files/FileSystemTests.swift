import Foundation
import Platform
import TestSupport
import Testing

@Suite("File system") struct FileSystemTests {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    @Test("missing folders are made for their owner only, and existing ones left as they are")
    func createDirectory() throws {
        let path = folder.file("a/b/c")
        try FileSystem.createDirectory(path)
        try FileSystem.createDirectory(path)
        for made in ["a", "a/b", "a/b/c"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(made))
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("a"))
        try FileSystem.createDirectory(folder.file("a"))
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("a"))
        #expect(attributes[.posixPermissions] as? Int == 0o755)
    }

    @Test("a file in the place of a folder is an error")
    func fileInTheWay() throws {
        try Data().write(to: URL(filePath: folder.file("file")))
        #expect(throws: SystemError.self) { try FileSystem.createDirectory(folder.file("file")) }
        #expect(throws: SystemError.self) { try FileSystem.createDirectory(folder.file("file/a")) }
    }

    @Test("files are listed by name, measured and removed")
    func files() throws {
        for (name, count) in [("b", 10), ("a", 0), (".hidden", 5_000)] {
            try Data(count: count).write(to: URL(filePath: folder.file(name)))
        }
        try FileSystem.createDirectory(folder.file("c"))
        #expect(try FileSystem.list(folder.path) == [".hidden", "a", "b", "c"])
        #expect(try FileSystem.size(folder.file("b")) == 10)
        #expect(try FileSystem.size(folder.file("missing")) == nil)
        #expect(FileSystem.exists(folder.file("a")) && !FileSystem.isDirectory(folder.file("a")))
        #expect(FileSystem.isDirectory(folder.file("c")))
        try FileSystem.remove(folder.file("a"))
        try FileSystem.remove(folder.file("a"))
        try FileSystem.remove(folder.file("c"))
        #expect(try FileSystem.list(folder.path) == [".hidden", "b"])
        #expect(throws: SystemError.self) { try FileSystem.list(folder.file("missing")) }
    }

    @Test("a folder that is not empty is removed as a tree only, and links are not followed")
    func trees() throws {
        try FileSystem.createDirectory(folder.file("kept"))
        try Data().write(to: URL(filePath: folder.file("kept/file")))
        try FileSystem.createDirectory(folder.file("tree/inner"))
        try Data().write(to: URL(filePath: folder.file("tree/inner/file")))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("tree/link"), withDestinationPath: folder.file("kept"))
        #expect(throws: SystemError.self) { try FileSystem.remove(folder.file("tree")) }
        try FileSystem.removeTree(folder.file("tree"))
        try FileSystem.removeTree(folder.file("tree"))
        #expect(try FileSystem.list(folder.path) == ["kept"])
        #expect(try FileSystem.list(folder.file("kept")) == ["file"])
    }

    @Test("a renamed file replaces the one of that name")
    func rename() throws {
        try Data([1]).write(to: URL(filePath: folder.file("old")))
        try Data([2]).write(to: URL(filePath: folder.file("new")))
        try FileSystem.synchronize(folder.file("new"))
        try FileSystem.rename(folder.file("new"), to: folder.file("old"))
        #expect(try Data(contentsOf: URL(filePath: folder.file("old"))) == Data([2]))
        #expect(try FileSystem.list(folder.path) == ["old"])
        #expect(throws: SystemError.self) { try FileSystem.rename(folder.file("new"), to: folder.file("old")) }
    }

    @Test("the volume has room, and no more than it had")
    func freeBytes() throws {
        #expect(try FileSystem.freeBytes(at: folder.path) > 0)
        #expect(throws: SystemError.self) { try FileSystem.freeBytes(at: folder.file("missing")) }
    }

    @Test(
        "the folder above a path",
        arguments: [
            ("/a/b", "/a"), ("/a/b/", "/a"), ("/a", "/"), ("/", nil), ("a", nil), ("a/b/c", "a/b"), ("a//", nil),
        ] as [(String, String?)])
    func parent(path: String, parent: String?) {
        #expect(FileSystem.parent(of: path) == parent)
    }
}
