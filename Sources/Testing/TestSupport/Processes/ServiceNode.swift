import FoundationEssentials

/// A server that `scripts/services` knows.
package protocol TestService: Sendable {
    /// What `scripts/services` calls the server.
    static var name: String { get }

    /// Where the server listens: the names that `scripts/services` gives to its URLs.
    associatedtype Addresses: Decodable, Sendable

    /// The node that suites share which neither stop it nor change it for others; started when it is first asked for.
    static var sharedNode: Task<ServiceNode<Self>, any Error> { get }
}

/// A server of this test process alone, with ports and data of its own.
///
/// `scripts/services hold` runs it, and kills it when this process ends in whatever way. A server that is not installed
/// is an error, and so a failing test, never a skipped one.
///
/// Safe to use from any task; orders are obeyed one after the other.
package actor ServiceNode<Service: TestService> {
    /// What the server's own command-line tool answered.
    package struct ControlResult: Sendable {
        /// Its exit status.
        package let status: Int
        /// What it printed.
        package let output: String
    }

    /// Where the node listens; the same after it was started anew.
    package nonisolated let addresses: Service.Addresses
    private let holder: HelperProcess
    private let directory: TemporaryDirectory
    private let turns = TaskTurns()

    /// The node that suites share which neither stop it nor change it for others.
    package static func shared() async throws -> ServiceNode {
        try await Service.sharedNode.value
    }

    /// Starts a node, and waits until it serves. It is killed when the last reference goes.
    ///
    /// - Parameter tls: whether it listens with TLS as well, with a certificate for `localhost` and `127.0.0.1`.
    package static func start(tls: Bool = false) async throws -> ServiceNode {
        let directory = try TemporaryDirectory()
        // Through env, so that the search path decides on the interpreter, as the script's first line does.
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

    /// Stops the node as an operator does, and waits for its end.
    package func stop() async throws { try await order(["stop"]) }

    /// Ends the node at once (SIGKILL), and waits until it has gone.
    package func kill() async throws { try await order(["kill"]) }

    /// Starts the node again on its data and ports, and waits until it serves.
    package func start() async throws { try await order(["start"]) }

    /// Makes the node silent (SIGSTOP): connections stay, nothing is answered.
    package func pause() async throws { try await order(["pause"]) }

    /// Lets a paused node go on.
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
        // The actor alone does not keep question and answer together: it is free while it waits for the answer.
        await turns.begin()
        do {
            let answer = try await Self.ask(holder, words, Answer.self)
            await turns.end()
            return answer
        } catch {
            await turns.end()
            throw error
        }
    }

    private static func ask<Reply: Decodable>(
        _ holder: HelperProcess, _ words: [String], _ reply: Reply.Type
    ) async throws -> Reply {
        holder.send(line: String(decoding: try JSONEncoder().encode(words), as: UTF8.self))
        guard let line = await holder.nextLine() else {
            throw ServiceFailure("scripts/services ended; its error stands above")
        }
        let answer = Data(line.utf8)
        if let error = try JSONDecoder().decode(Refusal.self, from: answer).error { throw ServiceFailure(error) }
        return try JSONDecoder().decode(reply, from: answer)
    }
}

/// What a node refused or could not do.
package struct ServiceFailure: Error, CustomStringConvertible {
    /// What happened.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
