/// RabbitMQ, with its management API.
package enum RabbitMQ: TestService {
    package static let name = "rabbitmq"

    /// The addresses of a node.
    package struct Addresses: Decodable, Sendable {
        /// `amqp://guest:guest@127.0.0.1:PORT`.
        package let amqp: String
        /// `http://guest:guest@127.0.0.1:PORT`, of the management API.
        package let management: String
        /// `amqps://guest:guest@localhost:PORT`, of a node that was started with TLS.
        package let amqps: String?
        /// The PEM file of the authority that signed the node's certificate.
        package let certificateAuthority: String?

        enum CodingKeys: String, CodingKey {
            case amqp, management, amqps
            case certificateAuthority = "certificate_authority"
        }
    }

    package static let sharedNode = Task { try await RabbitMQNode.start() }
}

/// A private RabbitMQ node of this test process.
package typealias RabbitMQNode = ServiceNode<RabbitMQ>

extension RabbitMQNode {
    /// Waits until the exchanges, queues and bindings that were declared are on the node's disk. RabbitMQ answers
    /// before that: a node that is killed within seconds of a declaration may come back without the queue, and so
    /// without its confirmed messages.
    package func saveDefinitions() async throws {
        let result = try await control("eval", "mnesia:sync_log().")
        guard result.status == 0 else { throw ServiceFailure(result.output) }
    }

    /// Raises or ends the memory alarm, during which the node blocks publishers.
    package func setMemoryAlarm(_ isOn: Bool) async throws {
        let result = try await control("set_vm_memory_high_watermark", isOn ? "0.0001" : "0.9")
        guard result.status == 0 else { throw ServiceFailure(result.output) }
    }

    /// Sends a request to the management API with curl.
    ///
    /// - Parameters:
    ///   - path: The path after `/api/`; the virtual host `/` is written `%2F`.
    ///   - method: The HTTP method.
    /// - Returns: The body of the answer.
    @discardableResult
    package func management(_ path: String, method: String = "GET") async throws -> String {
        try await HelperProcess.run(
            "curl", ["-sS", "--fail-with-body", "-X", method, "\(addresses.management)/api/\(path)"])
    }
}
