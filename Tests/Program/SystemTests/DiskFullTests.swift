import Embedded
import Events
import Foundation
import Stores
import TestSupport
import Testing

/// A data folder on a file system of its own that is filled to the last page. Mounting needs root; elsewhere the
/// wrapper's and adapters' own tests of a bounded file stand alone.
extension SystemTests {
    @Suite struct DiskFullTests {
        static let canMount = getuid() == 0

        @Test(
            "a full disk is answered with 503, and nothing that was accepted is lost",
            .enabled(if: canMount, "mounting a small file system needs root"))
        func fullDiskIsAnsweredWith503() async throws {
            let directory = try TemporaryDirectory()
            let volume = directory.path + "/volume"
            try FileManager.default.createDirectory(atPath: volume, withIntermediateDirectories: true)
            try run("/bin/mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", volume])
            defer { try? run("/bin/umount", ["-l", volume]) }
            let ballast = volume + "/ballast"
            try Data(count: 52 << 20).write(to: URL(fileURLWithPath: ballast))
            let data = volume + "/data"

            let (server, port) = try Program.serve(data, ["--no-workers"])
            let poster = Poster(threads: 2)
            poster.use(port: port)
            let client = try RawClient(port: port)
            var refusal: RawClient.Answer?
            let filler = String(repeating: "x", count: 15_000)
            let deadline = ContinuousClock.now + .seconds(60)
            while refusal == nil, ContinuousClock.now < deadline {
                let body = String(BadInputTests.valid.dropLast()) + #","properties":{"x":"\#(filler)"}}"#
                let answer = try #require(client.request("POST", "/events", body))
                if answer.status != 200 { refusal = answer }
            }
            #expect(refusal?.status == 503)
            #expect(refusal?.headers["retry-after"] != nil)
            #expect(refusal?.headers["content-type"] == "application/problem+json")
            #expect(client.request("GET", "/health")?.status == 200, "the process continues")

            try FileManager.default.removeItem(atPath: ballast)
            let acceptedBefore = poster.accepted
            while poster.accepted < acceptedBefore + 100, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(poster.accepted >= acceptedBefore + 100, "it takes events again when there is room")
            let account = poster.stop()
            #expect(server.terminate() == 0)

            let (second, secondPort) = try Program.serve(data)
            let drained = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < drained {
                let queues = try RawClient(port: secondPort).request("GET", "/rabbitmq/health")?.object["queues"]
                if let queues = queues as? [String: [String: Int]], queues.values.allSatisfy({ $0["messages"] == 0 }) {
                    break
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(second.terminate() == 0)
            let graph = try await EmbeddedGraphStore.open(directory: data)
            let accepted = account.accepted.compactMap { EventID($0) }
            let stored = try await graph.occurrences(of: accepted)
            #expect(accepted.filter { stored[$0] != 1 } == [])
            await graph.close()
        }

        private func run(_ program: String, _ arguments: [String]) throws {
            let process = try Process.run(URL(fileURLWithPath: program), arguments: arguments)
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw ProgramFailure(message: "\(program) ended with \(process.terminationStatus)")
            }
        }
    }
}
