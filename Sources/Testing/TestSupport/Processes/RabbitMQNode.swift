import FoundationEssentials
import Synchronization

/// A RabbitMQ node of this test process alone, with ports and data of its own.
///
/// `scripts/services hold` runs it, and kills it when this process ends in whatever way. A server that is not installed
/// is an error, and so a failing test, never a skipped one.
///
/// Safe to use from any task; orders are obeyed one after the other.
package actor RabbitMQNode {
    /// What a node refused or could not do.
    package struct Failure: Error, CustomStringConvertible {
        /// What happened.
        package let description: String
    }

    /// Where the node listens; the same after it was started anew.
    package struct Addresses: Sendable {
        /// `amqp://guest:guest@127.0.0.1:PORT`.
        package let amqp: String
        /// `http://guest:guest@127.0.0.1:PORT`, of the management API.
        package let management: String
        /// `amqps://guest:guest@localhost:PORT`, of a node that was started with TLS.
        package let amqps: String?
        /// PEM file of the authority that signed the node's certificate.
        package let certificateAuthority: String?
    }

    /// What `rabbitmqctl` answered.
    package struct ControlResult: Sendable {
        /// Its exit status.
        package let status: Int
        /// What it printed.
        package let output: String
    }

    /// Where the node listens.
    package nonisolated let addresses: Addresses
    private let holder: HelperProcess
    private let directory: TemporaryDirectory
    private let turn = Turn()

    /// The node that suites share which neither stop it nor raise an alarm; started when it is first asked for.
    package static func shared() async throws -> RabbitMQNode {
        try await sharedNode.value
    }

    private static let sharedNode = Task { try await RabbitMQNode.start() }

    /// Starts a node, and waits until it serves. It is killed when the last reference goes.
    package static func start(tls: Bool = false) async throws -> RabbitMQNode {
        let directory = try TemporaryDirectory()
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../scripts/services")
            .standardized.path
        // Through env, so that the search path decides on the interpreter, as the script's first line does.
        let holder = try HelperProcess(
            path: "/usr/bin/env", ["python3", script, "hold", "rabbitmq", directory.path] + (tls ? ["--tls"] : []))
        let answer = try await ask(holder, ["start"])
        guard let urls = answer.urls, let amqp = urls["amqp"], let management = urls["management"] else {
            throw Failure(description: "\(script) told no addresses")
        }
        let addresses = Addresses(
            amqp: amqp, management: management, amqps: urls["amqps"],
            certificateAuthority: urls["certificate_authority"])
        return RabbitMQNode(addresses, holder, directory)
    }

    private init(_ addresses: Addresses, _ holder: HelperProcess, _ directory: TemporaryDirectory) {
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

    /// Runs `rabbitmqctl` against the node; takes a few seconds, as it starts a virtual machine.
    package func control(_ arguments: String...) async throws -> ControlResult {
        let answer = try await order(["ctl"] + arguments)
        return ControlResult(status: answer.status ?? 0, output: answer.output ?? "")
    }

    /// Waits until the exchanges, queues and bindings that were declared are on the node's disk. RabbitMQ answers before
    /// that: one that is killed within seconds of a declaration may come back without the queue, and so without its
    /// confirmed messages.
    package func saveDefinitions() async throws {
        let result = try await control("eval", "mnesia:sync_log().")
        guard result.status == 0 else { throw Failure(description: result.output) }
    }

    /// Raises the memory alarm, upon which the node blocks whoever publishes, or ends it.
    package func setMemoryAlarm(_ isOn: Bool) async throws {
        let result = try await control("set_vm_memory_high_watermark", isOn ? "0.0001" : "0.9")
        guard result.status == 0 else { throw Failure(description: result.output) }
    }

    private struct Answer: Decodable, Sendable {
        var error: String?
        var urls: [String: String]?
        var status: Int?
        var output: String?
    }

    @discardableResult
    private func order(_ words: [String]) async throws -> Answer {
        // The actor alone does not keep question and answer together: it is free while it waits for the answer.
        await turn.begin()
        do {
            let answer = try await Self.ask(holder, words)
            await turn.end()
            return answer
        } catch {
            await turn.end()
            throw error
        }
    }

    private static func ask(_ holder: HelperProcess, _ words: [String]) async throws -> Answer {
        holder.send(line: String(decoding: try JSONEncoder().encode(words), as: UTF8.self))
        guard let line = await holder.nextLine() else {
            throw Failure(description: "scripts/services ended; its error stands above")
        }
        let answer = try JSONDecoder().decode(Answer.self, from: Data(line.utf8))
        if let error = answer.error { throw Failure(description: error) }
        return answer
    }
}

/// Lets one task in at a time, in the order in which they came.
private actor Turn {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func begin() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func end() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            waiting.removeFirst().resume()
        }
    }
}
