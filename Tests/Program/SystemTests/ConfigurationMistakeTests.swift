import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// What `serve` and `worker` say of a broker that they cannot use, and that nothing is lost by it.
    @Suite struct ConfigurationMistakeTests {
        /// Mistakes that end the program, on a node with TLS.
        enum Mistake: String, CaseIterable, CustomTestStringConvertible {
            case password = "a wrong password"
            case virtualHost = "a virtual host that does not exist"
            case noAccess = "a user without permissions"
            case permission = "a user who may not create what is missing"
            case tlsPort = "the port for TLS, without TLS"
            case noTLS = "TLS at the port without it"
            case certificate = "an authority that is not known"

            var testDescription: String { rawValue }

            /// The address with the mistake, and a part of the command or the text that mends it.
            func prepare(_ node: RabbitMQNode) async throws -> (address: String, remedy: String) {
                let secure = try #require(node.addresses.amqps)
                switch self {
                case .password: return (node.address(password: "wrong-secret"), "rabbitmqctl change_password guest")
                case .virtualHost: return (node.address("/nowhere"), "rabbitmqctl add_vhost nowhere")
                case .noAccess:
                    try await node.setUser("nobody", password: "wrong-secret")
                    return (
                        node.address(user: "nobody", password: "wrong-secret"),
                        "rabbitmqctl set_permissions -p / nobody"
                    )
                case .permission:
                    try await node.addVirtualHost("empty")
                    try await node.setUser("reader", password: "wrong-secret")
                    try await node.grant("reader", in: "empty", write: "^(events|amq.default)", read: "^events")
                    return (
                        node.address(user: "reader", password: "wrong-secret", "/empty"),
                        "the permission to configure exchange 'events.dlx'"
                    )
                case .tlsPort: return (secure.replacing("amqps:", with: "amqp:"), "amqps://")
                case .noTLS: return (node.addresses.amqp.replacing("amqp:", with: "amqps:"), "amqp:// for one without")
                case .certificate: return (secure, "?cacertfile=FILE")
                }
            }
        }

        @Test("serve and worker end with the cause and the remedy at once, without the password")
        func mistakesEndTheProgram() async throws {
            let node = try await RabbitMQNode.start(tls: true)
            let directory = try TemporaryDirectory()
            for mistake in Mistake.allCases {
                let (address, remedy) = try await mistake.prepare(node)
                for command in [["serve", "--port", "0"], ["worker", "--queue", "neo4j"]] {
                    let began = ContinuousClock.now
                    let (status, output) = try Program.run(
                        command + ["--broker", address, "--data-dir", directory.path], readsErrors: true)
                    #expect(status == 1, "\(mistake): \(output)")
                    #expect(output.contains(remedy), "\(mistake): \(output)")
                    #expect(output.contains("--wait-for-broker"), "\(mistake): \(output)")
                    #expect(!output.contains("the broker refuses this program"), "told once: by the error: \(output)")
                    #expect(!output.contains("wrong-secret"))
                    #expect(ContinuousClock.now - began < .seconds(30))
                }
                // It changes nothing, so that it does not miss the permission to make what is missing.
                if mistake == .permission { continue }
                let (status, output) = try Program.run(
                    ["doctor", "--broker", address, "--data-dir", directory.path], readsErrors: true)
                #expect(status == 1 && output.contains(remedy) && !output.contains("wrong-secret"), "\(output)")
            }
        }

        @Test("a single slash is the default virtual host, and an empty one is wrong usage")
        func slash() async throws {
            let node = try await RabbitMQNode.shared()
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--broker", node.address("/")])
            let answer = try #require(try RawClient(port: port).request("POST", "/events", Self.event))
            #expect(answer.object["status"] as? String == "Event queued")
            try await waitForHistory(port)
            #expect(server.terminate() == 0)
            let empty = try Program.run(["serve", "--broker", node.address("/%00")], readsErrors: true)
            #expect(empty.status == 2)
            #expect(empty.output.contains("the virtual host is blank"))
        }

        @Test("a port at which nothing answers is an outage: events are kept, and arrive once the address is right")
        func closedPort() async throws {
            let node = try await RabbitMQNode.shared()
            let listener = try LoopbackListener()
            let closed = "amqp://guest:guest@127.0.0.1:\(listener.port)"
            listener.close()
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--broker", closed])
            let answer = try #require(try RawClient(port: port).request("POST", "/events", Self.event))
            #expect(answer.object["status"] as? String == "Event spooled")
            let ready = try #require(try RawClient(port: port).request("GET", "/health/ready"))
            #expect(ready.status == 200)
            #expect(ready.object["status"] as? String == "degraded")
            let cause = (ready.object["checks"] as? [String: String])?["broker"] ?? ""
            #expect(cause.contains(":\(listener.port)") && cause.contains("wait in the spool"), "\(cause)")
            #expect(server.terminate() == 0)
            let (mended, mendedPort) = try Program.serve(directory.path, ["--broker", node.addresses.amqp])
            try await waitForHistory(mendedPort)
            #expect(mended.terminate() == 0)
        }

        @Test("--wait-for-broker starts at a broker that refuses it, keeps the events, and uses the broker once it may")
        func waitForBroker() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            let address = node.address(user: "late", password: "wrong-secret")
            let (server, port) = try Program.serve(directory.path, ["--broker", address, "--wait-for-broker"])
            let answer = try #require(try RawClient(port: port).request("POST", "/events", Self.event))
            #expect(answer.object["status"] as? String == "Event spooled")
            let ready = try #require(try RawClient(port: port).request("GET", "/health/ready"))
            #expect(ready.status == 200)
            let cause = (ready.object["checks"] as? [String: String])?["broker"] ?? ""
            #expect(cause.contains("rabbitmqctl change_password late") && !cause.contains("wrong-secret"), "\(cause)")
            try await node.setUser("late", password: "wrong-secret")
            try await node.grant("late", configure: "^events", write: "^(events|amq.default)", read: "^events")
            try await waitForHistory(port)
            try await eventually("the broker is ok") {
                let ready = try RawClient(port: port).request("GET", "/health/ready")
                return ready?.object["status"] as? String == "ready"
            }
            #expect(server.terminate() == 0)
        }

        @Test("a login that is taken away from a running server is told, and what it accepts meanwhile arrives later")
        func loginTakenAway() async throws {
            let node = try await RabbitMQNode.start()
            try await node.setUser("shop", password: "one")
            try await node.grant("shop", configure: "^events", write: "^(events|amq.default)", read: "^events")
            let directory = try TemporaryDirectory()
            let limit = ["--spool-limit", "2"]
            let (server, port) = try Program.serve(
                directory.path, ["--broker", node.address(user: "shop", password: "one")] + limit)
            try await node.setUser("shop", password: "two")
            #expect(try await node.control("close_all_connections", "the password has changed").status == 0)
            var cause = ""
            try await eventually("the refusal is told: \(cause)") {
                let ready = try RawClient(port: port).request("GET", "/health/ready")
                cause = (ready?.object["checks"] as? [String: String])?["broker"] ?? ""
                return cause.contains("rabbitmqctl change_password shop")
            }
            let client = try RawClient(port: port)
            for status in [200, 200, 503] {
                #expect(client.request("POST", "/events", Self.event)?.status == status)
            }
            #expect(client.request("GET", "/health/ready")?.status == 503)
            try await node.setUser("shop", password: "one")
            try await waitForHistory(port, count: 2)
            #expect(client.request("POST", "/events", Self.event)?.status == 200)
            #expect(client.request("GET", "/health/ready")?.status == 200)
            #expect(server.terminate() == 0)
        }

        @Test("commands that read work on queues of any type and length, and declare nothing")
        func reading() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            let place = ["--broker", node.addresses.amqp, "--data-dir", directory.path]
            let ledger = directory.path + "/ledger"
            try Data().write(to: URL(fileURLWithPath: ledger))
            let export = directory.path + "/letters"
            func check(_ commands: [[String]]) throws {
                for command in commands {
                    let (status, output) = try Program.run(command + place, readsErrors: true)
                    #expect(status == 0, "\(command): \(output)")
                }
            }
            let reading = [
                ["stats"], ["health"], ["dlq", "list"], ["dlq", "export", "-"], ["dlq", "watch", "--once"],
                ["verify", "--ledger", ledger],
            ]
            try check(reading)
            #expect(try Program.run(["topology", "check"] + place).status == 1)
            #expect(try await node.management("queues").hasPrefix("[]"))
            let flags = ["--queue-type", "quorum", "--queue-max-length", "7", "--queue-overflow", "reject-publish"]
            #expect(try Program.run(["topology", "declare"] + place + flags).status == 0)
            try check(reading + [["dlq", "export", export], ["dlq", "purge", "--yes"], ["dlq", "replay"]])
            try check([["topology", "check", "--queue-max-length", "7", "--queue-overflow", "reject-publish"]])
        }

        @Test("an empty RABBITMQ_URL is told, and an address with a line feed behind it is used")
        func environment() async throws {
            let node = try await RabbitMQNode.shared()
            let directory = try TemporaryDirectory()
            for (value, text) in [
                ("", "using the embedded broker (RABBITMQ_URL is empty)"),
                (" \n", "using the embedded broker (RABBITMQ_URL is empty)"),
                ("\(node.addresses.amqp)\n", "using the broker amqp://guest@127.0.0.1"),
            ] {
                let server = try Program(
                    ["serve", "--port", "0", "--data-dir", directory.path], environment: ["RABBITMQ_URL": value])
                let lines = [server.readLine(), server.readLine()]
                #expect(lines[1].contains(text), "\(lines)")
                #expect(server.terminate() == 0)
            }
        }

        private static let event = #"{"user_id":1,"product_id":42,"event_type":"view","user_session":"first"}"#

        private func waitForHistory(_ port: UInt16, count: Int = 1) async throws {
            try await eventually("\(count) events in the history", within: .seconds(30)) {
                let answer = try RawClient(port: port).request("GET", "/users/1/history")
                return (answer?.object["events"] as? [Any])?.count == count
            }
        }
    }
}
