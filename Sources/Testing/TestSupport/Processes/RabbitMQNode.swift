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
    ///   - body: JSON; nil for none.
    /// - Returns: The body of the answer.
    @discardableResult
    package func management(_ path: String, method: String = "GET", body: String? = nil) async throws -> String {
        let content = body.map { ["-H", "Content-Type: application/json", "-d", $0] } ?? []
        return try await HelperProcess.run(
            "curl", ["-sS", "--fail-with-body", "-X", method] + content + ["\(addresses.management)/api/\(path)"])
    }

    /// Makes the user, or gives an existing one another password.
    package func setUser(_ name: String, password: String) async throws {
        try await management("users/\(name)", method: "PUT", body: #"{"password":"\#(password)","tags":""}"#)
    }

    /// Sets what the user may do in a virtual host: regular expressions for the names of exchanges and queues.
    package func grant(
        _ user: String, in virtualHost: String = "%2F", configure: String = "", write: String = "", read: String = ""
    ) async throws {
        try await management(
            "permissions/\(virtualHost)/\(user)", method: "PUT",
            body: #"{"configure":"\#(configure)","write":"\#(write)","read":"\#(read)"}"#)
    }

    /// Makes a virtual host in which `guest` may do everything.
    package func addVirtualHost(_ name: String) async throws {
        try await management("vhosts/\(name)", method: "PUT")
        try await grant("guest", in: name, configure: ".*", write: ".*", read: ".*")
    }

    /// The address for a user and a virtual host.
    package nonisolated func address(user: String = "guest", password: String = "guest", _ path: String = "") -> String
    {
        addresses.amqp.replacing("guest:guest", with: "\(user):\(password)") + path
    }
}
