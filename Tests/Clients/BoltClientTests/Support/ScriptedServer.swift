import BoltClient
import BoltWire
import Connections
import EventLoops
import Network
import Synchronization
import TestSupport

/// A message between a client and a scripted server.
enum ServerMessage: Sendable {
    /// The client's first bytes, which offer versions.
    case handshake([UInt8])
    case message(BoltStructure)
    /// Of the server alone: bytes as they are.
    case raw([UInt8])
}

struct ServerCodec: ScriptedCodec {
    static let version = BoltVersion(5, 4)

    private var opening: [UInt8]? = []
    private var decoder = MessageDecoder(version: version, limits: DecodingLimits())

    mutating func append(_ bytes: [UInt8]) {
        if opening == nil { return decoder.append(bytes) }
        opening?.append(contentsOf: bytes)
    }

    mutating func next() throws -> ServerMessage? {
        if let bytes = opening {
            guard bytes.count >= 20 else { return nil }
            opening = nil
            decoder.append(Array(bytes[20...]))
            return .handshake(Array(bytes[..<20]))
        }
        return try decoder.nextMessage().map { .message($0) }
    }

    func encode(_ message: ServerMessage) throws -> [UInt8] {
        switch message {
        case .handshake(let bytes), .raw(let bytes): return bytes
        case .message(let structure):
            var encoder = MessageEncoder(version: Self.version, writesResults: true)
            try encoder.message(structure)
            return encoder.take()
        }
    }
}

/// What a scripted server does with a message.
enum Answer: Sendable {
    case send([BoltStructure])
    /// Closes the connection without a word.
    case cut
    /// Says nothing, now and later.
    case silence
    /// Waits for the test, and then answers in the usual way.
    case wait(@Sendable () async -> Void)
    /// The test has the connection; the next message is read when it is done.
    case own(@Sendable (ScriptedPeer<ServerCodec>) async throws -> Void)
}

extension Answer {
    static func success(_ metadata: BoltMap = [:]) -> Answer { .send([.success(metadata)]) }
    static func failure(_ code: String) -> Answer { .send([.failure(code)]) }

    /// The answer to ROUTE.
    static func table(
        routers: [String], readers: [String], writers: [String], seconds: Int = 300
    ) -> Answer {
        func role(_ name: String, _ addresses: [String]) -> BoltValue {
            .map(["role": .string(name), "addresses": .list(addresses.map { .string($0) })])
        }
        return .success([
            "rt": .map([
                "ttl": .integer(seconds), "db": "neo4j",
                "servers": .list([role("ROUTE", routers), role("READ", readers), role("WRITE", writers)]),
            ])
        ])
    }
}

extension BoltStructure {
    static func success(_ metadata: BoltMap = [:]) -> BoltStructure { BoltStructure(0x70, [.map(metadata)]) }
    static func record(_ values: [BoltValue]) -> BoltStructure { BoltStructure(0x71, [.list(values)]) }
    static let ignored = BoltStructure(0x7e, [])
    static func failure(_ code: String) -> BoltStructure {
        BoltStructure(0x7f, [.map(["code": .string(code), "message": "as the script says"])])
    }

    /// The client's message by its tag.
    var name: String {
        [
            0x01: "HELLO", 0x6a: "LOGON", 0x6b: "LOGOFF", 0x02: "GOODBYE", 0x0f: "RESET", 0x10: "RUN", 0x11: "BEGIN",
            0x12: "COMMIT", 0x13: "ROLLBACK", 0x3f: "PULL", 0x2f: "DISCARD", 0x66: "ROUTE",
        ][tag] ?? "?"
    }

    /// The text of a RUN.
    var query: String? { tag == 0x10 ? fields.first?.string : nil }
}

/// A server that answers as the test says, and as Neo4j does where the test says nothing: a query has one field `n` and no
/// record; behind a failure all is ignored until a RESET.
final class ScriptedServer: Sendable {
    typealias Script = @Sendable (_ message: BoltStructure, _ connection: Int) -> Answer?

    private let listener: LoopbackListener
    private let heard = Mutex<[(connection: Int, name: String)]>([])
    private let connections = Mutex<[LoopbackConnection]>([])
    private let script: Script
    let port: UInt16

    /// Serves until the test's task ends.
    static func with<Result>(
        _ script: @escaping Script = { _, _ in nil }, _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let server = try ScriptedServer(script)
        let task = Task { await server.serve() }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        server.stop()
        task.cancel()
        return try result.get()
    }

    /// Several servers, whose scripts know their places.
    static func with(
        count: Int, _ script: @escaping @Sendable (Int, BoltStructure, _ connection: Int) -> Answer?,
        _ body: ([ScriptedServer]) async throws -> Void
    ) async throws {
        try await more(count: count, [], script, body)
    }

    private static func more(
        count: Int, _ servers: [ScriptedServer], _ script: @escaping @Sendable (Int, BoltStructure, Int) -> Answer?,
        _ body: ([ScriptedServer]) async throws -> Void
    ) async throws {
        if servers.count == count { return try await body(servers) }
        let place = servers.count
        try await with {
            script(place, $0, $1)
        } _: { server in
            try await more(count: count, servers + [server], script, body)
        }
    }

    /// Dies: nobody is let in any more, and all connections break.
    func stop() {
        listener.close()
        for connection in connections.withLock({ $0 }) { connection.close() }
    }

    /// A server that names others for reading and writing.
    static func withRouter(to members: String..., body: (ScriptedServer) async throws -> Void) async throws {
        try await with { message, _ in
            message.name == "ROUTE" ? .table(routers: ["127.0.0.1:1"], readers: members, writers: members) : nil
        } _: { router in
            try await body(router)
        }
    }

    /// With a driver, and a query of it that has arrived and is never answered.
    static func withEndlessQuery(
        _ change: (inout BoltConfiguration) -> Void = { _ in },
        _ body: (ScriptedServer, BoltDriver, Task<BoltRecords, any Error>) async throws -> Void
    ) async throws {
        try await with { message, _ in
            message.query == "for ever" ? .silence : nil
        } _: { server in
            let driver = try server.driver("bolt", change)
            let task = Task { try await driver.execute("for ever") }
            try await eventually("the query arrives") { server.messages.contains("RUN") }
            try await body(server, driver, task)
        }
    }

    private init(_ script: @escaping Script) throws {
        listener = try LoopbackListener()
        port = listener.port
        self.script = script
    }

    var address: String { "127.0.0.1:\(port)" }
    /// How many connections were made.
    var connectionCount: Int { connections.withLock(\.count) }
    /// What clients sent, in order.
    var messages: [String] { heard.withLock { $0.map(\.name) } }
    /// What came over one connection, in order; the first one is 1.
    func messages(of connection: Int) -> [String] {
        heard.withLock { $0.filter { $0.connection == connection }.map(\.name) }
    }
    /// How many messages of a kind came.
    func count(_ name: String) -> Int { messages.count { $0 == name } }

    func driver(
        _ scheme: String = "bolt", _ change: (inout BoltConfiguration) -> Void = { _ in }
    ) throws -> BoltDriver {
        var configuration = try BoltURI.parse("\(scheme)://\(address)")
        configuration.retryBackoff = Backoff(initial: .milliseconds(1), maximum: .milliseconds(20))
        configuration.pool.backoff = Backoff(initial: .milliseconds(1), maximum: .milliseconds(5))
        change(&configuration)
        return BoltDriver(configuration)
    }

    private func serve() async {
        await withDiscardingTaskGroup { group in
            while let connection = try? await listener.accept() {
                let number = connections.withLock { connections in
                    connections.append(connection)
                    return connections.count
                }
                group.addTask {
                    await self.serve(ScriptedPeer<ServerCodec>(connection), number)
                    connection.close()
                }
            }
            group.cancelAll()
        }
    }

    private func serve(_ peer: ScriptedPeer<ServerCodec>, _ number: Int) async {
        var isFailed = false
        var isSilent = false
        while let message = try? await peer.next() {
            guard case .message(let structure) = message else {
                // What is not Bolt gets no answer, as from Neo4j.
                guard case .handshake(let bytes) = message, bytes.starts(with: [0x60, 0x60, 0xb0, 0x17]) else { return }
                try? await peer.send(raw: [0, 0, ServerCodec.version.minor, ServerCodec.version.major])
                continue
            }
            heard.withLock { $0.append((number, structure.name)) }
            if structure.name == "GOODBYE" { return }
            if isSilent { continue }
            if structure.name == "RESET" { isFailed = false }
            if isFailed {
                try? await peer.send(messages: [.message(.ignored)])
                continue
            }
            switch script(structure, number) ?? Self.usual(structure) {
            case .send(let answers):
                isFailed = answers.contains { $0.tag == 0x7f }
                try? await peer.send(messages: answers.map { .message($0) })
            case .cut: return
            case .wait(let body):
                await body()
                if case .send(let answers) = Self.usual(structure) {
                    try? await peer.send(messages: answers.map { .message($0) })
                }
            case .own(let body): try? await body(peer)
            case .silence: isSilent = true
            }
        }
    }

    private static func usual(_ message: BoltStructure) -> Answer {
        switch message.name {
        case "HELLO": .success(["server": "Scripted/1.0", "connection_id": "c"])
        case "RUN": .success(["fields": ["n"]])
        case "COMMIT": .success(["bookmark": "b"])
        default: .success()
        }
    }
}

/// The error that `body` throws.
func failure(_ body: () async throws -> Void) async -> BoltError? {
    do { try await body() } catch { return error as? BoltError }
    return nil
}

extension Mutex where Value == Int {
    /// Counts, from 1 on.
    borrowing func next() -> Int {
        withLock { number in
            number += 1
            return number
        }
    }
}
