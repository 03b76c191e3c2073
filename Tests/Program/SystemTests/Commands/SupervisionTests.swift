import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The program under a supervisor that speaks systemd's protocol: what it is told, and when it is told nothing.
    @Suite struct SupervisionTests {
        private let directory: TemporaryDirectory
        private let supervisor: SupervisorListener

        init() throws {
            directory = try TemporaryDirectory()
            supervisor = try SupervisorListener(address: directory.path + "/notify")
        }

        /// As systemd sets them for a unit with `WatchdogSec=1`.
        private var variables: [String: String] { ["NOTIFY_SOCKET": supervisor.address, "WATCHDOG_USEC": "1000000"] }

        @Test("serve tells its supervisor that it is ready, that it is alive, and that it stops")
        func serve() async throws {
            let (server, port) = try Program.serve(directory.path + "/data", environment: variables)
            try await eventually("it has told often that it is alive") { [supervisor] in
                supervisor.count("WATCHDOG=1") >= 4
            }
            #expect(
                supervisor.messages.first?.lines == [
                    "READY=1", "WATCHDOG=1", "STATUS=serves on http://127.0.0.1:\(port), workers neo4j=1,qdrant=1",
                ])
            #expect(supervisor.count("STOPPING=1") == 0)
            #expect(server.terminate() == 0)
            try await eventually("it has told that it stops") { [supervisor] in supervisor.count("STOPPING=1") == 1 }
            #expect(supervisor.count("READY=1") == 1)
        }

        @Test("the watchdog hears nothing while a worker hangs, and again when it goes on")
        func hangs() async throws {
            let node = try await QdrantNode.start()
            let data = directory.path + "/data"
            let (server, port) = try Program.serve(data, ["--no-workers"])
            let worker = try Program(
                ["worker", "--queue", "qdrant", "--data-dir", data, "--stall-timeout", "1s"] + node.addresses.flags,
                environment: variables.merging(node.addresses.secrets) { $1 })
            try await eventually("the worker is alive") { [supervisor] in supervisor.count("WATCHDOG=1") >= 3 }
            try await node.faults(#"[{"mode": "latency", "ms": 8000, "next": 1}]"#)
            let body = #"{"user_id":1,"product_id":2,"event_type":"view","user_session":"s"}"#
            #expect(try RawClient(port: port).request("POST", "/events", body)?.status == 200)
            try await eventually("the worker hangs") { [supervisor] in
                supervisor.messages.contains(where: Self.tellsOfAHang)
            }
            try await eventually("the worker goes on") { [supervisor] in
                let told = supervisor.messages.drop { !Self.tellsOfAHang($0) }
                return told.filter { $0.has("WATCHDOG=1") }.count >= 3
            }
            let told = supervisor.messages
            let hang = try #require(told.first(where: Self.tellsOfAHang))
            let next = try #require(told.first { $0.has("WATCHDOG=1") && $0.time > hang.time })
            // With WatchdogSec=1, systemd would have ended the process long before.
            #expect(next.time - hang.time > .seconds(2))
            #expect(worker.terminate() == 0)
            #expect(server.terminate() == 0)
        }

        private static func tellsOfAHang(_ message: SupervisorListener.Message) -> Bool {
            message.lines.contains { $0.hasPrefix("STATUS=") && $0.hasSuffix("the worker of events.qdrant hangs") }
        }

        @Test("a supervisor that is not there keeps nobody from working", arguments: ["/nowhere/notify", "vsock:2:1"])
        func absent(address: String) throws {
            let (server, port) = try Program.serve(
                directory.path + "/data", environment: ["NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1000000"])
            #expect(try RawClient(port: port).request("GET", "/health")?.status == 200)
            #expect(server.terminate() == 0)
        }
    }
}
