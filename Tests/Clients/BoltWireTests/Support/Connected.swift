import BoltWire
import Testing

/// A client's machine, and what a server writes.
struct Connected {
    static let now = ContinuousClock.now

    var machine: ConnectionMachine
    var server: MessageEncoder

    /// A machine that has sent its handshake.
    static func machine(
        _ authentication: Authentication = .basic(user: "neo4j", password: "secret"),
        highest: BoltVersion = BoltVersion(6, 1), receiveTimeout: Duration? = nil,
        limits: DecodingLimits = DecodingLimits()
    ) -> ConnectionMachine {
        var machine = ConnectionMachine(
            ConnectionMachine.Configuration(
                hello: Request.Hello(client: ClientIdentity(userAgent: "t/1"), authentication: authentication),
                highestVersion: highest, limits: limits, receiveTimeout: receiveTimeout))
        machine.start()
        _ = machine.take()
        return machine
    }

    /// A client that is logged on.
    init(_ version: BoltVersion = BoltVersion(5, 8), greeting: BoltMap = [:], receiveTimeout: Duration? = nil) throws {
        machine = Self.machine(receiveTimeout: receiveTimeout)
        self.server = MessageEncoder(version: version, writesResults: true)
        try machine.received([0, 0, 1, 0xFF, 1, 0, 0, version.minor, version.major, 0], at: Self.now)
        _ = machine.take()
        let server: BoltMap = ["server": "Neo4j/5.26.0", "connection_id": "bolt-1"]
        var answers = [Response.success(BoltMap(server.entries + greeting.entries))]
        if version >= BoltVersion(5, 1) { answers.append(.success([:])) }
        let events = try answer(answers)
        guard case .opened? = events.first, events.count == 1 else {
            throw BoltWireError(.unexpected, "not logged on: \(events)")
        }
    }

    /// What the client has written since.
    mutating func requests() throws -> [BoltStructure] {
        var decoder = MessageDecoder(version: server.version)
        decoder.append(machine.take())
        var messages: [BoltStructure] = []
        while let message = try decoder.nextMessage() { messages.append(message) }
        return messages
    }

    /// The events of a server's messages.
    mutating func answer(_ responses: [Response], at now: ContinuousClock.Instant = now) throws -> [ConnectionEvent] {
        for response in responses { try server.message(response.structure) }
        try machine.received(server.take(), at: now)
        return try events()
    }

    mutating func answer(_ responses: Response...) throws -> [ConnectionEvent] { try answer(responses) }

    mutating func events() throws -> [ConnectionEvent] {
        var events: [ConnectionEvent] = []
        while let event = try machine.next() { events.append(event) }
        return events
    }

    /// A query in a transaction of its own whose records are all asked for.
    mutating func query() throws -> (run: RequestID, pull: RequestID) {
        let run = try machine.run("RETURN 1 AS x", at: Self.now)
        return (run, try machine.pull(of: run, at: Self.now))
    }

    /// A logged-on client, in a transaction.
    static func inTransaction() throws -> Connected {
        var connected = try Connected()
        _ = try connected.machine.begin(at: now)
        _ = try connected.answer(.success([:]))
        _ = try connected.requests()
        return connected
    }
}

extension Response {
    var structure: BoltStructure {
        switch self {
        case .success(let metadata): BoltStructure(0x70, [.map(metadata)])
        case .record(let values): BoltStructure(0x71, [.list(values)])
        case .ignored: BoltStructure(0x7E)
        case .failure(let failure):
            BoltStructure(0x7F, [["neo4j_code": .string(failure.code), "message": .string(failure.message)]])
        }
    }

    /// The answer to RUN.
    static let running = Response.success(["fields": ["x"]])
    /// The answer to RUN in a transaction.
    static func running(_ queryID: Int) -> Response { .success(["fields": ["x"], "qid": .integer(queryID)]) }
    static let done = Response.success([:])
    static let more = Response.success(["has_more": true])
    static let deadlock = BoltFailure(code: "Neo.TransientError.Transaction.DeadlockDetected", message: "wait")
    static let failed = Response.failure(deadlock)
}
