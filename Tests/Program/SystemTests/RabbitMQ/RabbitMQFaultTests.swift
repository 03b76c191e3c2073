import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// A running pipeline on RabbitMQ under faults of the broker, and the fate of the events.
    @Suite struct RabbitMQFaultTests {
        enum Fault: String, CaseIterable, CustomTestStringConvertible {
            case stopped = "the broker is stopped for 20 s"
            case killed = "the broker is killed"
            case disconnected = "an operator closes all connections"
            case alarm = "the memory alarm blocks publishers"
            case frozen = "the broker freezes"

            var testDescription: String { rawValue }

            /// Causes the fault and undoes it.
            func happen(to node: RabbitMQNode) async throws {
                // The durations are part of the fault.
                switch self {
                case .stopped:
                    try await node.stop()
                    try await Task.sleep(for: .seconds(20))
                    try await node.start()
                case .killed:
                    try await node.saveDefinitions()
                    try await node.kill()
                    try await node.start()
                case .disconnected:
                    #expect(try await node.control("close_all_connections", "fault test").status == 0)
                case .alarm:
                    try await node.setMemoryAlarm(true)
                    try await Task.sleep(for: .seconds(3))
                    try await node.setMemoryAlarm(false)
                case .frozen:
                    try await node.pause()
                    try await Task.sleep(for: .seconds(12))
                    try await node.resume()
                }
            }
        }

        @Test("under load, every request is answered and every accepted event arrives once", arguments: Fault.allCases)
        func underLoadEveryRequestIsAnswered(
            _ fault: Fault
        ) async throws {
            try await endure(fault, on: try await .start()) { $0.addresses.amqp }
        }

        @Test("over TLS, a broker that goes away loses no event either", arguments: [Fault.killed, .frozen])
        func overTLSABrokerThatGoes(
            _ fault: Fault
        ) async throws {
            try await endure(fault, on: try await .start(tls: true)) { node in
                let address = try #require(node.addresses.amqps)
                let authority = try #require(node.addresses.certificateAuthority)
                return "\(address)/%2F?cacertfile=\(authority)"
            }
        }

        private func endure(
            _ fault: Fault, on node: RabbitMQNode, address: (RabbitMQNode) throws -> String
        ) async throws {
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--broker", try address(node)])
            let poster = Poster(threads: 4, pause: 0.02)
            poster.use(port: port)
            try await waitForAccepted(100, poster)
            try await fault.happen(to: node)
            // Consuming resumes within ten seconds of the broker's return.
            try await waitForConsumers(port, within: .seconds(10))
            try await waitForAccepted(poster.accepted + 100, poster)
            poster.use(port: nil)
            let account = poster.stop()
            #expect(account.refused.isEmpty && account.unanswered == 0, "\(account.refused) \(account.unanswered)")
            try await Audit.waitUntilWritten(directory.path, account)
            #expect(server.terminate() == 0)
            try await Audit.check(directory.path, account)
        }

        @Test("a queue that is deleted under its consumer is created again and consumed")
        func queueThatIsDeletedUnder() async throws {
            let node = try await RabbitMQNode.shared()
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--broker", node.addresses.amqp])
            try await node.management("queues/%2F/events.neo4j", method: "DELETE")
            try await waitForConsumers(port, within: .seconds(10))
            let poster = Poster(threads: 1)
            poster.use(port: port)
            try await waitForAccepted(100, poster)
            poster.use(port: nil)
            let account = poster.stop()
            try await Audit.waitUntilWritten(directory.path, account)
            #expect(server.terminate() == 0)
            try await Audit.check(directory.path, account)
        }

        @Test("without its broker the API starts, takes events, and hands them over once the broker is available")
        func withoutItsBrokerTheAPIStarts() async throws {
            let node = try await RabbitMQNode.start()
            try await node.stop()
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--broker", node.addresses.amqp])
            let client = try RawClient(port: port)
            let event = #"{"user_id":1,"product_id":42,"event_type":"view","user_session":"first"}"#
            let answer = try #require(client.request("POST", "/events", event))
            #expect(answer.status == 200)
            #expect(answer.object["status"] as? String == "Event spooled")
            let health = try #require(client.request("GET", "/rabbitmq/health"))
            #expect(health.status == 503)
            #expect((health.object["spool"] as? [String: Any])?["messages"] as? Int == 1)
            #expect(client.request("GET", "/health/ready")?.status == 200)
            // Killed in between: the spool is on the disk.
            server.kill()
            let (second, secondPort) = try Program.serve(directory.path, ["--broker", node.addresses.amqp])
            try await node.start()
            var history: [Any] = []
            try await eventually("the event in the history", within: .seconds(30)) {
                let reader = try RawClient(port: secondPort)
                history = reader.request("GET", "/users/1/history")?.object["events"] as? [Any] ?? []
                return !history.isEmpty
            }
            #expect(history.count == 1)
            #expect(second.terminate() == 0)
        }

        private func waitForAccepted(_ count: Int, _ poster: Poster) async throws {
            try await eventually("\(poster.accepted) events accepted where \(count) were expected") {
                poster.accepted >= count
            }
        }

        private func waitForConsumers(_ port: UInt16, within limit: Duration) async throws {
            var health: [String: Any]?
            try await eventually("consumers after the broker's return: \(health ?? [:])", within: limit) {
                health = try RawClient(port: port).request("GET", "/rabbitmq/health")?.object
                let queues = health?["queues"] as? [String: [String: Int]]
                return ["events.neo4j", "events.qdrant"].allSatisfy { queues?[$0]?["consumers"] ?? 0 > 0 }
            }
        }
    }
}
