import HTTPMessages
import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StreamingTests {
    @Test("what is written is sent while the producer goes on, in its order, and the connection goes on after it")
    func whatIsWrittenIsSent() async throws {
        let steps = (0..<3).map { _ in Latch() }
        try await withServer(handler: { request in
            if request.target == "/next" { return .text("next") }
            return stream { writer in
                for (number, step) in steps.enumerated() {
                    try await writer.write("part \(number)")
                    await step.wait()
                }
            }
        }) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            let head = try await client.head()
            #expect(head["Transfer-Encoding"] == "chunked")
            #expect(head["Content-Length"] == nil)
            for (number, step) in steps.enumerated() {
                // Comes although the producer has not gone on.
                #expect(try await client.chunks(until: "\(number)") == "part \(number)")
                step.open()
            }
            #expect(try await client.chunk() == nil)
            try await client.send("GET /next HTTP/1.1")
            #expect(try await client.answer().text == "next")
            #expect(await server.statistics.openStreams == 0)
        }
    }

    @Test("many writes arrive whole", arguments: [1, 1_000, 65_536, 1_000_000])
    func whole(bufferSize: Int) async throws {
        let parts = (0..<200).map { number in [UInt8](repeating: UInt8(number), count: number * 97 % 20_000) }
        try await withServer(handler: { _ in
            HTTPResponse(
                body: .stream(
                    HTTPBodyStream(bufferSize: bufferSize) { writer in
                        for part in parts { try await writer.write(part) }
                    }))
        }) { server async throws in
            #expect(try await server.request("GET /a HTTP/1.1").body == parts.flatMap(\.self))
        }
    }

    @Test("a stream may end without a byte")
    func streamMayEndWithoutAByte() async throws {
        try await withServer(handler: { _ in stream { _ in } }) { server in
            let client = try server.connect()
            for _ in 0..<2 {
                try await client.send("GET /a HTTP/1.1")
                let answer = try await client.answer()
                #expect(answer["Transfer-Encoding"] == "chunked")
                #expect(answer.body.isEmpty)
            }
        }
    }

    @Test("an empty write sends nothing and does not end the stream")
    func emptyWriteSendsNothing() async throws {
        try await withServer(handler: { _ in
            stream { writer in
                try await writer.write("")
                try await writer.write("a")
                try await writer.write([])
                try await writer.write("b")
            }
        }) { server async throws in
            #expect(try await server.request("GET /a HTTP/1.1").text == "ab")
        }
    }

    @Test("HTTP/1.0 gets the bytes themselves, and the end is the connection's")
    func http10GetsTheBytes() async throws {
        try await withServer(handler: { _ in
            stream { writer in
                try await writer.write("hello ")
                try await writer.write("world")
            }
        }) { server in
            let answer = try await server.request("GET /a HTTP/1.0\nConnection: keep-alive")
            #expect(answer["Transfer-Encoding"] == nil)
            #expect(answer.text == "hello world")
        }
    }

    @Test("HEAD starts no producer, and nothing follows the head")
    func headStartsNoProducerAndNothing() async throws {
        let hasStarted = Latch()
        try await withServer(handler: { _ in stream { _ in hasStarted.open() } }) { server in
            let client = try server.connect()
            try await client.send("HEAD /a HTTP/1.1")
            let answer = try await client.answer(toHEAD: true)
            #expect(answer.status == 200)
            #expect(answer["Connection"] == "close")
            #expect(try await client.isClosedByServer())
            #expect(await server.statistics.openStreams == 0)
        }
        #expect(!hasStarted.isOpen)
    }

    @Test("a producer that fails ends the connection without the end of the body")
    func producerThatFailsEndsTheConnection() async throws {
        struct Failure: Error {}
        try await withServer(handler: { _ in
            stream { writer in
                try await writer.write("so far")
                throw Failure()
            }
        }) { server in
            let client = try await server.openStream()
            #expect(try await client.chunks(until: "far") == "so far")
            #expect(try await client.isClosedByServer(), "no last chunk")
        }
    }

    @Test("a producer waits for a client that does not read, with no more than its buffer and a write in hand")
    func producerWaitsForAClient() async throws {
        let written = Atomic(0)
        let part = 10_000
        let total = 3_000
        let ended = Latch()
        try await withServer(handler: { _ in
            HTTPResponse(
                body: .stream(
                    HTTPBodyStream(bufferSize: 15_000) { writer in
                        for _ in 0..<total {
                            try await writer.write([UInt8](repeating: 65, count: part))
                            written.add(1, ordering: .relaxed)
                        }
                        ended.open()
                    }))
        }) { server in
            let client = try server.connect(receiveBuffer: 4_096)
            try await client.send("GET /a HTTP/1.1\nConnection: close")
            _ = try await client.head()
            // The sockets' buffers are full once nothing has been written for a while.
            var before = -1
            try await server.eventually("a producer that waits") { _ in
                defer { before = written.load(ordering: .relaxed) }
                return before > 0 && before == written.load(ordering: .relaxed)
            }
            #expect(written.load(ordering: .relaxed) < total, "the client's system takes in no more than its buffers")
            #expect(!ended.isOpen)
            var count = 0
            while let chunk = try await client.chunk() { count += chunk.count }
            #expect(count == part * total)
            await ended.wait()
        }
    }

    @Test("writes of several tasks are not mixed")
    func writesOfSeveralTasks() async throws {
        try await withServer(handler: { _ in
            HTTPResponse(
                body: .stream(
                    HTTPBodyStream(bufferSize: 64) { writer in
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            for letter in "abcdefgh" {
                                group.addTask {
                                    for _ in 0..<50 {
                                        try await writer.write(String(repeating: letter, count: 99) + "\n")
                                    }
                                }
                            }
                            try await group.waitForAll()
                        }
                    }))
        }) { server in
            let lines = try await server.request("GET /a HTTP/1.1").text.split(separator: "\n")
            #expect(lines.count == 400)
            #expect(lines.allSatisfy { $0.count == 99 && Set($0).count == 1 })
        }
    }

    @Test("a write after the end throws")
    func writeAfterTheEndThrows() async throws {
        let writers = Recorder<HTTPBodyWriter>()
        try await withServer(handler: { _ in stream { writers.append($0) } }) { server in
            _ = try await server.request("GET /a HTTP/1.1")
            let writer = try #require(writers.entries.first)
            await #expect(throws: HTTPBodyWriteError.finished) { try await writer.write("late") }
        }
    }

    @Test("a write that waits ends when its task is cancelled, and the stream goes on")
    func writeThatWaitsEnds() async throws {
        let outcome = Recorder<HTTPBodyWriteError>()
        let gate = Latch()
        try await withServer(handler: { _ in
            HTTPResponse(
                body: .stream(
                    HTTPBodyStream(bufferSize: 1) { writer in
                        let filling = Task {
                            await outcome.failure { () async throws(HTTPBodyWriteError) in
                                while true { try await writer.write([UInt8](repeating: 65, count: 1 << 20)) }
                            }
                        }
                        await gate.wait()
                        filling.cancel()
                        await filling.value
                        try await writer.write("end")
                    }))
        }) { server in
            let client = try await server.openStream(receiveBuffer: 4_096)
            gate.open()
            try await server.eventually("a cancelled write") { _ in !outcome.entries.isEmpty }
            var last: [UInt8] = []
            while let chunk = try await client.chunk() { last = (last + chunk).suffix(3) }
            #expect(last == Array("end".utf8))
        }
        #expect(outcome.entries == [.cancelled])
    }

    @Test("a heartbeat goes out while the producer is silent, and stops with the stream")
    func heartbeatGoesOutWhileTheProducer() async throws {
        let gate = Latch()
        try await withServer(handler: { _ in
            HTTPResponse(
                body: .stream(
                    HTTPBodyStream(heartbeat: .init(bytes: Array("~".utf8), interval: .milliseconds(50))) { writer in
                        try await writer.write("a")
                        await gate.wait()
                        try await writer.write("b")
                    }))
        }) { server in
            let client = try await server.openStream()
            // On a busy machine the first ones may come before the producer runs.
            #expect(try await client.chunks(until: "a").drop { $0 == "~" } == "a")
            #expect(try await client.chunks(until: "~~~") == "~~~")
            gate.open()
            #expect(try await client.chunks(until: "b").drop { $0 == "~" } == "b")
            #expect(try await client.chunk() == nil)
        }
    }

    @Test("a stop ends streams without end at once, and tells their producers")
    func stopEndsStreamsWithoutEnd() async throws {
        let ended = Latch()
        let outcome = Recorder<HTTPBodyWriteError>()
        try await withServer(handler: { _ in
            HTTPResponse(
                body: .stream(
                    HTTPBodyStream(endsAtStop: true) { writer in
                        try await writer.write("a")
                        await Latch().wait()
                        await outcome.failure { () async throws(HTTPBodyWriteError) in
                            try await writer.write("b")
                        }
                        ended.open()
                    }))
        }) { server in
            let client = try await server.openStream()
            #expect(try await client.chunks(until: "a") == "a")
            await server.server.stop(drain: .longerThanATest)
            #expect(try await client.isClosedByServer())
            await ended.wait()
        }
        #expect(outcome.entries == [.serverStopping])
    }

    @Test("a stop waits for a stream that has an end")
    func stopWaitsForAStream() async throws {
        let gate = Latch()
        try await withServer(handler: { _ in
            stream { writer in
                try await writer.write("a")
                await gate.wait()
                try await writer.write("b")
            }
        }) { server in
            let client = try await server.openStream()
            #expect(try await client.chunks(until: "a") == "a")
            let stopping = Task { await server.server.stop(drain: .longerThanATest) }
            try await server.eventually("nobody listens") { _ in (try? server.connect()) == nil }
            gate.open()
            #expect(try await client.chunks(until: "b") == "b")
            #expect(try await client.chunk() == nil)
            #expect(try await client.isClosedByServer())
            await stopping.value
        }
    }

    @Test("a stream that begins while the server stops, and never ends by itself, is ended at once")
    func streamThatBeginsWhileTheServer() async throws {
        let (entered, gate, ended) = (Latch(), Latch(), Latch())
        try await withServer(handler: { _ in
            entered.open()
            await gate.wait()
            return .serverSentEvents(heartbeat: .seconds(1_000)) { _ in
                await Latch().wait()
                ended.open()
            }
        }) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            await entered.wait()
            let stopping = Task { await server.server.stop(drain: .longerThanATest) }
            try await server.eventually("nobody listens") { _ in (try? server.connect()) == nil }
            gate.open()
            await stopping.value
            await ended.wait()
            _ = try await client.isClosedByServer()
        }
    }
}
