import EventLoops
import FoundationEssentials

/// A server that `scripts/services` can run.
package protocol TestService: Sendable {
    /// The name of the server for `scripts/services`.
    static var name: String { get }

    /// The addresses of the server, by the names that `scripts/services` gives to its URLs.
    associatedtype Addresses: Decodable, Sendable

    /// The node shared by suites that neither stop it nor change it for others; started at its first use.
    static var sharedNode: Task<ServiceNode<Self>, any Error> { get }
}

/// A private server of this test process, with its own ports and data.
///
/// `scripts/services hold` runs the server, and kills it when this process ends in any way. A server that is not
/// installed is an error, so that tests fail and are never skipped.
///
/// Safe to use from any task; commands are carried out one after the other.
package actor ServiceNode<Service: TestService> {
    /// The result of the server's own command-line tool.
    package struct ControlResult: Sendable {
        /// The exit status of the tool.
        package let status: Int
        /// The output of the tool.
        package let output: String
    }

    /// The addresses of the node, which stay the same after a restart.
    package nonisolated let addresses: Service.Addresses
    private let holder: HelperProcess
    private let directory: TemporaryDirectory
    private let turns = Turns()

    /// The node shared by suites that neither stop it nor change it for others.
    package static func shared() async throws -> ServiceNode {
        try await Service.sharedNode.value
    }

    /// Starts a node and waits until it serves. The release of the last reference kills the node.
    ///
    /// - Parameter tls: Whether the node listens with TLS as well, with a certificate for `localhost` and `127.0.0.1`.
    package static func start(tls: Bool = false) async throws -> ServiceNode {
        let directory = try TemporaryDirectory()
        // Through env, so that the search path selects the interpreter, as in the script's first line.
        let words = ["python3", Script.path("services"), "hold", Service.name, directory.path] + (tls ? ["--tls"] : [])
        let holder = try HelperProcess(path: "/usr/bin/env", words)
        let answer = try await ask(holder, ["start"], Started.self)
        return ServiceNode(answer.urls, holder, directory)
    }

    private init(_ addresses: Service.Addresses, _ holder: HelperProcess, _ directory: TemporaryDirectory) {
        self.addresses = addresses
        self.holder = holder
        self.directory = directory
    }

    /// Stops the node like an operator, and waits for its end.
    package func stop() async throws { try await order(["stop"]) }

    /// Ends the node at once (SIGKILL), and waits until it has gone.
    package func kill() async throws { try await order(["kill"]) }

    /// Starts the node again on its data and ports, and waits until it serves.
    package func start() async throws { try await order(["start"]) }

    /// Makes the node silent (SIGSTOP): connections stay, without answers.
    package func pause() async throws { try await order(["pause"]) }

    /// Lets a paused node continue.
    package func resume() async throws { try await order(["resume"]) }

    /// Runs the server's own command-line tool (RabbitMQ's is `rabbitmqctl`) against the node; may take seconds.
    package func control(_ arguments: String...) async throws -> ControlResult {
        let answer = try await order(["ctl"] + arguments)
        return ControlResult(status: answer.status ?? 0, output: answer.output ?? "")
    }

    private struct Started: Decodable, Sendable {
        var urls: Service.Addresses
    }

    private struct Answer: Decodable, Sendable {
        var status: Int?
        var output: String?
    }

    private struct Refusal: Decodable {
        var error: String?
    }

    @discardableResult
    private func order(_ words: [String]) async throws -> Answer {
        // The actor alone does not keep question and answer together: it takes other calls while one waits for its
        // answer.
        return try await turns.withTurn { try await Self.ask(holder, words, Answer.self) }
    }

    private static func ask<Reply: Decodable>(
        _ holder: HelperProcess, _ words: [String], _ reply: Reply.Type
    ) async throws -> Reply {
        holder.send(line: String(decoding: try JSONEncoder().encode(words), as: UTF8.self))
        guard let line = await holder.nextLine() else {
            throw ServiceFailure("scripts/services ended; see its error above")
        }
        let answer = Data(line.utf8)
        if let error = try JSONDecoder().decode(Refusal.self, from: answer).error { throw ServiceFailure(error) }
        return try JSONDecoder().decode(reply, from: answer)
    }
}

/// A command that a node refused or could not carry out.
package struct ServiceFailure: Error, CustomStringConvertible {
    /// The failure in words.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
