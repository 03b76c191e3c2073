//! Agrees on a version of Bolt, runs a query whose parameters are written in place, and reads its records and a failure,
//! all without a socket: a few lines play the server.

import BoltWire

/// What a client keeps, and what is printed of it.
struct Client {
    var machine = ConnectionMachine(
        ConnectionMachine.Configuration(
            hello: Request.Hello(
                client: ClientIdentity(userAgent: "example/1.0"),
                authentication: .basic(user: "neo4j", password: "secret"))))

    /// The server's bytes, and what they mean.
    mutating func receive(_ bytes: [UInt8]) throws(BoltWireError) {
        try machine.received(bytes, at: .now)
        while let event = try machine.next() {
            switch event {
            case .opened(let greeting): print("logged on to \(greeting.agent), Bolt \(greeting.version)")
            case .refused(let failure): print("refused: \(failure)")
            case .record(let values, _): print("record:", values.compactMap(\.string).joined(separator: ", "))
            case .succeeded(let request, .result(let summary)): print("request \(request): more: \(summary.hasMore)")
            case .succeeded(let request, _): print("request \(request): done")
            case .failed(let request, let failure): print("request \(request): \(failure)")
            case .ignored(let request, let reason): print("request \(request): ignored, \(reason?.code ?? "cancelled")")
            }
        }
    }
}

/// Bytes of a server that says this.
func server(_ messages: [BoltStructure]) throws(BoltWireError) -> [UInt8] {
    var encoder = MessageEncoder(version: BoltVersion(5, 8), writesResults: true)
    for message in messages { try encoder.message(message) }
    return encoder.take()
}

let (success, record, ignored, failure): (UInt8, UInt8, UInt8, UInt8) = (0x70, 0x71, 0x7E, 0x7F)

do throws(BoltWireError) {
    var client = Client()
    client.machine.start()
    print("handshake: \(client.machine.take().count) bytes")
    // A manifest of one range, 5.8 to 5.6.
    try client.receive([0, 0, 1, 0xFF, 1, 0, 2, 8, 5, 0])
    print("version, HELLO and LOGON: \(client.machine.take().count) bytes")
    try client.receive(
        try server([BoltStructure(success, [["server": "Neo4j/5.26.0"]]), BoltStructure(success, [[:]])]))

    let users = [(id: 7, name: "Anna"), (id: 9, name: "Ben")]
    let query = try client.machine.run("UNWIND $rows AS e MERGE (u:User {id: e[0]}) RETURN u.name", at: .now) {
        parameters in
        parameters.map(count: 1)
        parameters.string("rows")
        parameters.list(users) { user, row in
            row.list(count: 2)
            row.integer(user.id)
            row.string(user.name)
        }
    }
    _ = try client.machine.pull(of: query, at: .now)
    print("RUN and PULL: \(client.machine.take().count) bytes")
    try client.receive(
        try server([
            BoltStructure(success, [["fields": ["u.name"]]]), BoltStructure(record, [["Anna"]]),
            BoltStructure(record, [["Ben"]]), BoltStructure(success, [["type": "rw"]]),
        ]))

    // A failure, what is ignored behind it, and a RESET.
    let second = try client.machine.run("RETURN 1 / 0", at: .now)
    _ = try client.machine.pull(of: second, at: .now)
    try client.receive(
        try server([
            BoltStructure(
                failure,
                [["neo4j_code": "Neo.ClientError.Statement.ArithmeticError", "message": "/ by zero"]]),
            BoltStructure(ignored),
        ]))
    _ = try client.machine.reset(at: .now)
    try client.receive(try server([BoltStructure(success, [[:]])]))
    print("idle: \(client.machine.isIdle)")

    // What is not Bolt is named.
    var other = Handshake()
    _ = try other.received(Array("HTTP/1.1 400 Bad Request".utf8))
} catch {
    print("refused: \(error)")
}
