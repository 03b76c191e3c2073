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
        @Test(
            "a full disk is answered with 503, and nothing that was accepted is lost",
            .enabled(if: SmallVolume.isPermitted, "mounting a small file system needs root"))
        func fullDiskIsAnsweredWith503() async throws {
            let directory = try TemporaryDirectory()
            let volume = try SmallVolume(at: directory.path + "/volume", kibibytes: 64 << 10)
            defer { volume.unmount() }
            let ballast = volume.path + "/ballast"
            try Data(count: 48 << 20).write(to: URL(fileURLWithPath: ballast))
            let data = volume.path + "/data"

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

        @Test(
            "serve starts on a full disk, reads, refuses events with the cause, and takes them once there is room",
            .enabled(if: SmallVolume.isPermitted, "mounting a small file system needs root"))
        func serveStartsOnAFullDisk() async throws {
            let directory = try TemporaryDirectory()
            let volume = try SmallVolume(at: directory.path + "/volume", kibibytes: 32 << 10)
            defer { volume.unmount() }
            let data = volume.path + "/data"
            let (first, firstPort) = try Program.serve(data)
            #expect(try RawClient(port: firstPort).request("POST", "/events", BadInputTests.valid)?.status == 200)
            try await Audit.waitUntilQueuesAreEmpty(port: firstPort)
            #expect(first.terminate() == 0)
            try volume.fill()

            let (second, port) = try Program.serve(data)
            let client = try RawClient(port: port)
            let answer = try #require(client.request("POST", "/events", BadInputTests.valid))
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] != nil)
            #expect(answer.body.contains("the disk of \(data) is full"))
            let ready = try #require(client.request("GET", "/health/ready"))
            #expect(ready.status == 503)
            #expect(ready.body.contains("the disk of \(data) is full"))
            let history = client.request("GET", "/users/1/history")?.object["events"] as? [Any]
            #expect(history?.count == 1)

            volume.removeBallast()
            try await eventually("it takes events again") {
                client.request("POST", "/events", BadInputTests.valid)?.status == 200
            }
            try await eventually("it is ready") { client.request("GET", "/health/ready")?.status == 200 }
            #expect(second.terminate() == 0)
        }
    }
}
