import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `manual`, by which the package gets its pages.
    @Suite struct ManualCommandTests {
        @Test("each command has a page, which shows nothing of who made it")
        func pages() throws {
            let directory = try TemporaryDirectory()
            let folder = directory.path + "/man1"
            let made = try Program.run(
                ["manual", folder], readsErrors: true,
                environment: ["RABBITMQ_URL": "amqp://me:hunter2@host", "DEBIAS_PORT": "4711"])
            #expect(made.status == 0, "\(made.output)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(names.count >= 30)
            for name in ["debias-events.1", "debias-events-serve.1", "debias-events-dlq-list.1"] {
                #expect(names.contains(name))
            }
            #expect(!names.contains("debias-events-manual.1"))
            let texts = try names.map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
            #expect(texts.allSatisfy { $0.hasPrefix(".TH \"DEBIAS\\-EVENTS") && !$0.contains("4711") })
            #expect(!texts.contains { $0.contains("hunter2") || $0.contains("me:") })
        }
    }
}
