import HTTPServer
import TestSupport
import Testing

/// What a server does when its process has no more descriptors.
@Suite(.timeLimit(.minutes(5)))
struct DescriptorTests {
    @Test("clients wait while there are no descriptors, those that are connected are served")
    func clientsWaitWhileThere() async throws {
        let helper = try await Helper(descriptors: 64)
        let first = try helper.connect()
        try await first.send("GET /a HTTP/1.1")
        #expect(try await first.answer().text == "/a")
        #expect(try await helper.ask("fill") > 0)

        let second = try helper.connect()
        try await second.send("GET /b HTTP/1.1")
        for _ in 0..<100 {
            try await first.send("GET /c HTTP/1.1")
            #expect(try await first.answer().text == "/c")
        }
        // The listener is ready all the time: a loop that asks it again and again uses all of a processor.
        let before = try await helper.ask("time")
        try await Task.sleep(for: .milliseconds(300))
        let used = try await helper.ask("time") - before
        #expect(used < 15_000_000, "\(used / 1_000) us of the processor in 300 ms")
        #expect(try await helper.ask("paused") > 0, "an operator is told")

        #expect(try await helper.ask("free") > 0)
        #expect(try await second.answer().text == "/b")
    }

    @Test("a server tells at its start how many descriptors it needs, where there are fewer")
    func neededDescriptors() async throws {
        let helper = try await Helper(descriptors: 64)
        #expect(try await helper.ask("needed") == 10_512)
    }

    @Test("a connection that closes makes room for one that waits")
    func connectionThatClosesMakesRoom() async throws {
        let helper = try await Helper(descriptors: 64)
        let first = try helper.connect()
        try await first.send("GET /a HTTP/1.1")
        #expect(try await first.answer().text == "/a")
        #expect(try await helper.ask("fill") > 0)
        let second = try helper.connect()
        try await second.send("GET /b HTTP/1.1")
        first.close()
        #expect(try await second.answer().text == "/b")
    }

    @Test("connections are held below the process's descriptors: one too many is told so")
    func connectionsAreHeldBelowTheProcesss() async throws {
        let helper = try await Helper(descriptors: 64)
        var clients: [Client] = []
        for _ in 0..<48 {
            let client = try helper.connect()
            try await client.send("GET /a HTTP/1.1")
            #expect(try await client.answer().status == 200)
            clients.append(client)
        }
        let answer = try await helper.connect().answer()
        #expect(answer.status == 503)
        #expect(answer.text == "The server has too many connections.\n")
    }
}

/// A server in a process of its own.
private struct Helper {
    let port: Int
    private let process: HelperProcess

    init(descriptors: Int) async throws {
        process = try HelperProcess(testing: "http-server", ["\(descriptors)"])
        port = try #require(await process.nextLine().flatMap { Int($0) })
    }

    func connect() throws -> Client {
        Client(try LoopbackConnection.connect(to: port))
    }

    func ask(_ command: String) async throws -> Int {
        process.send(line: command)
        return try #require(await process.nextLine().flatMap { Int($0) })
    }
}
