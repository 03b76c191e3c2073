import Events
import Foundation
import Observability
import TestSupport
import Testing

@testable import App
@testable import HTTPAPI

@Suite struct AuditLogTests {
    private let now = Timestamp(microseconds: 1_700_000_000_000_000)

    private func action(_ caller: String) -> HTTPAPI.Action {
        HTTPAPI.Action(
            caller: caller, address: "192.0.2.7", method: "POST", path: "/dlq/purge", parameters: ["text": "a\nb\"c"],
            status: 200)
    }

    private func lines(_ path: String) throws -> [[String: Any]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test("an action is a line of JSON, whatever its texts hold, and a line of the log")
    func line() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("audit.ndjson")
        let written = Recorder<String>()
        let log = Log(now: { now }, write: { written.append($0) })
        AuditLog(path: path, log: log) { now }.write(action("a\r\nb"))
        let line = try #require(try lines(path).first)
        #expect(line["caller"] as? String == "a\r\nb")
        #expect(line["parameters"] as? [String: String] == ["text": "a\nb\"c"])
        #expect(line["time"] as? String == "2023-11-14T22:13:20Z")
        #expect(written.entries.count == 1 && written.entries[0].filter(\.isNewline).count == 1)
    }

    @Test("a file that is full makes way once, and the one before it goes")
    func rotation() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("audit.ndjson")
        let audit = AuditLog(path: path, log: Log(now: { now }, write: { _ in }), maximumByteCount: 400) { now }
        for number in 1...20 { audit.write(action("\(number)")) }
        let kept = try lines(directory.file("audit.1.ndjson")) + lines(path)
        let callers = kept.compactMap { $0["caller"] as? String }
        #expect(callers == (1...20).suffix(callers.count).map(String.init))
        #expect((4...9).contains(callers.count), "\(callers)")
    }

    @Test("an action that cannot be written is an error of the log")
    func failure() throws {
        let directory = try TemporaryDirectory()
        let written = Recorder<String>()
        let log = Log(now: { now }, write: { written.append($0) })
        AuditLog(path: directory.file("missing/audit.ndjson"), log: log) { now }.write(action("a"))
        #expect(written.entries.contains { $0.contains("missing in the audit log") })
    }
}
