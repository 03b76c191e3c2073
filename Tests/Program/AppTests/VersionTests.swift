import App
import Foundation
import Testing

@Suite struct VersionTests {
    @Test("the change log has a section for the version, above the earlier ones")
    func changeLogHasASectionFor() throws {
        let root = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let text = try String(contentsOf: root.appendingPathComponent("CHANGELOG.md"), encoding: .utf8)
        let sections = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
        #expect(sections.first?.split(separator: " ").dropFirst().first == Version.current[...])
    }
}
