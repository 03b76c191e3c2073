import Platform
import TestSupport
import Testing

@testable import Intake

@Suite struct ModeFileTests {
    private let directory: TemporaryDirectory
    private let file: ModeFile

    init() throws {
        directory = try TemporaryDirectory()
        file = ModeFile(path: directory.file("mode.json"))
    }

    @Test("the mode that was written last is read", arguments: IntakeMode.allCases)
    func lastIsRead(mode: IntakeMode) throws {
        try file.write(.parallel)
        try file.write(mode)
        #expect(try file.read() == mode)
    }

    @Test("without a file, no mode was ever set")
    func missing() throws {
        #expect(try file.read() == nil)
    }

    @Test("a file that names no mode is refused with what to do", arguments: ["", "{}", #"{"mode":"both"}"#, "[1]"])
    func damaged(content: String) throws {
        try FileSystem.replace(directory.file("mode.json"), with: Array(content.utf8))
        let error = #expect(throws: ModeFile.Failure.self) { try file.read() }
        #expect(error?.description.contains("give --mode, or remove the file") == true)
    }
}
