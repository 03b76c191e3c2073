import EventLoops
import HTTPServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StoppingTests {
    @Test("a server that waits for requests stops at once, and nobody listens any more")
    func serverThatWaitsForRequestsStops() async throws {
        try await withServer(handler: echo) { server in
            let (used, fresh) = (try server.connect(), try server.connect())
            try await used.send("GET /a HTTP/1.1")
            #expect(try await used.answer().status == 200)
            try await server.eventually("two connections") { $0.openConnections == 2 }
            await server.server.stop(drain: .longerThanATest)
            #expect(try await used.isClosedByServer())
            #expect(try await fresh.isClosedByServer())
            #expect(throws: LoopbackFailure.self) { try server.connect() }
            #expect(await server.statistics.openConnections == 0)
            #expect(await server.statistics.servedRequests == 1, "the counts are kept")
        }
    }

    @Test("a request under way is answered, and the connection closed after it")
    func requestUnderWayIsAnswered() async throws {
        let (entered, gate) = (Latch(), Latch())
        try await withServer(handler: { _ in
            entered.open()
            await gate.wait()
            return .text("done")
        }) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            await entered.wait()
            let stopping = Task { await server.server.stop(drain: .longerThanATest) }
            try await eventually("nobody listens") { (try? server.connect()) == nil }
            gate.open()
            let answer = try await client.answer()
            #expect(answer.text == "done")
            #expect(answer["Connection"] == "close")
            #expect(try await client.isClosedByServer())
            await stopping.value
        }
    }

    @Test("a request whose body still comes is answered")
    func requestWhoseBodyStillComes() async throws {
        try await withServer(handler: echo) { server in
            let client = try server.connect()
            try await client.send("POST /a HTTP/1.1\nContent-Length: 5")
            try await client.send(raw: "hel")
            try await server.eventually("3 bytes held") { $0.bufferedBodyBytes == 3 }
            let stopping = Task { await server.server.stop(drain: .longerThanATest) }
            try await eventually("nobody listens") { (try? server.connect()) == nil }
            try await client.send(raw: "lo")
            #expect(try await client.answer().text == "POST /a hello")
            #expect(try await client.isClosedByServer())
            await stopping.value
        }
    }

    @Test("an answer that is being sent is sent whole, and the connection closed after it")
    func answerThatIsBeingSent() async throws {
        let size = 16 << 20
        try await withServer(handler: { _ in HTTPResponse(body: .bytes([UInt8](repeating: 65, count: size))) }) {
            server in
            let client = try server.connect(receiveBuffer: 4_096)
            try await client.send("GET /a HTTP/1.1")
            let head = try await client.head()
            #expect(head["Connection"] == nil, "begun before the stop")
            let stopping = Task { await server.server.stop(drain: .longerThanATest) }
            try await eventually("nobody listens") { (try? server.connect()) == nil }
            #expect(try await client.rest().count == size)
            await stopping.value
        }
    }

    @Test("a request that has arrived on an idle connection when the stop begins is answered")
    func requestThatHasArrived() async throws {
        let loop = EventLoop(label: "test.http")
        let server = HTTPServer(configuration: HTTPServerConfiguration(), executor: loop, handler: echo)
        let test = TestServer(server: server, port: try await server.start().port)
        let client = try test.connect()
        try await client.send("GET /a HTTP/1.1")
        #expect(try await client.answer().status == 200)
        let (isHeld, release) = (Latch(), Gate())
        let stopping = Latch()
        loop.schedule {
            isHeld.open()
            release.wait()
            // Goes before the loop looks at its sockets.
            server.assumeIsolated { server in
                _ = Task {
                    await server.stop(drain: .longerThanATest)
                    stopping.open()
                }
            }
        }
        await isHeld.wait()
        try await client.send("GET /b HTTP/1.1")
        release.open()
        let answer = try await client.answer()
        #expect(answer.text == "GET /b ")
        #expect(answer["Connection"] == "close")
        #expect(await stopping.wait())
    }

    @Test("a handler that does not come to its end is cancelled when the time is up, and its connection closed")
    func handlerThatDoesNotCome() async throws {
        let (entered, cancelled) = (Latch(), Latch())
        try await withServer(handler: { _ in
            entered.open()
            await Latch().wait()
            cancelled.open()
            return .text("too late")
        }) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            await entered.wait()
            await server.server.stop(drain: .milliseconds(100))
            #expect(try await client.isClosedByServer())
            #expect(await cancelled.wait())
        }
    }

    @Test("a stop does not wait for a handler that does not heed its cancellation")
    func stopDoesNotWait() async throws {
        let (entered, gate) = (Latch(), Latch())
        try await withServer(handler: { _ in
            entered.open()
            _ = await Task { await gate.wait() }.value
            return .text("too late")
        }) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            await entered.wait()
            await server.server.stop(drain: .zero)
            #expect(try await client.isClosedByServer())
            #expect(await server.statistics.runningHandlers == 1)
            gate.open()
        }
    }

    @Test("the time to drain begins with the stop, however long the server was silent before")
    func timeToDrainBegins() async throws {
        let entered = Latch()
        let cancelled = Latch()
        try await withServer(
            { $0.timeouts.idle = .seconds(1) },
            handler: { request in
                guard request.target == "/wait" else { return .text("") }
                entered.open()
                await Latch().wait()
                cancelled.open()
                return .text("")
            }
        ) { server in
            let (idle, waiting) = (try server.connect(), try server.connect())
            try await waiting.send("GET /wait HTTP/1.1")
            await entered.wait()
            try await idle.send("GET /a HTTP/1.1")
            #expect(try await idle.answer().status == 200)
            try await Task.sleep(for: .milliseconds(700))
            // The deadlines are looked at when the idle connection's would have passed: this one's is not yet there.
            let start = ContinuousClock.now
            async let stop: Void = server.server.stop(drain: .seconds(1))
            await cancelled.wait()
            #expect(ContinuousClock.now - start >= .seconds(1))
            await stop
        }
    }

    @Test("a second stop waits for the first")
    func secondStopWaitsForTheFirst() async throws {
        let (entered, gate) = (Latch(), Latch())
        let order = Recorder<String>()
        try await withServer(handler: { _ in
            entered.open()
            await gate.wait()
            order.append("answered")
            return .text("done")
        }) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            await entered.wait()
            let stops = (0..<10).map { _ in
                Task {
                    await server.server.stop(drain: .longerThanATest)
                    order.append("stopped")
                }
            }
            try await eventually("nobody listens") { (try? server.connect()) == nil }
            gate.open()
            #expect(try await client.answer().text == "done")
            for stop in stops { await stop.value }
            await server.server.stop()
        }
        #expect(order.entries == ["answered"] + [String](repeating: "stopped", count: 10))
    }

    @Test("a stop that comes when the first has just closed everything returns, too")
    func stopThatComesWhenTheFirst() async throws {
        let loop = EventLoop(label: "test.http")
        let server = HTTPServer(configuration: HTTPServerConfiguration(), executor: loop, handler: echo)
        try await server.start()
        let stopped = [Latch(), Latch()]
        @Sendable func stop(_ index: Int) {
            server.assumeIsolated { server in
                _ = Task {
                    await server.stop()
                    stopped[index].open()
                }
            }
        }
        loop.schedule {
            // The first stop schedules the turn in which the server closes. The second one stands behind that turn, but
            // before the first one goes on.
            stop(0)
            loop.schedule { stop(1) }
        }
        #expect(await stopped[0].wait())
        #expect(await stopped[1].wait())
    }

    @Test("a client that has gone does not hold up a stop")
    func clientThatHasGone() async throws {
        let entered = Latch()
        try await withServer(handler: { _ in
            entered.open()
            await Latch().wait()
            return .text("")
        }) { server in
            let client = try server.connect()
            try await client.send("GET /a HTTP/1.1")
            await entered.wait()
            client.reset()
            await server.server.stop(drain: .longerThanATest)
        }
    }

    @Test("a server that was never started stops, and does not start any more")
    func serverThatWasNeverStartedStops() async throws {
        let server = HTTPServer(configuration: HTTPServerConfiguration(), handler: echo)
        await server.stop()
        await #expect(throws: HTTPServerError.notStartable) { try await server.start() }
    }

    @Test("the port is free again after a stop")
    func portIsFreeAgain() async throws {
        var configuration = HTTPServerConfiguration()
        for _ in 0..<3 {
            let server = HTTPServer(configuration: configuration, handler: echo)
            configuration.port = try await server.start().port
            let answer = try await TestServer(server: server, port: configuration.port).request("GET /a HTTP/1.1")
            #expect(answer.status == 200)
            await server.stop()
        }
    }

    @Test("clients that go on asking while the server stops get whole answers or none")
    func clientsThatGoOnAsking() async throws {
        let answers = Recorder<String>()
        try await withServer(handler: { request in
            await Task.yield()
            return await echo(request)
        }) { server in
            let isUnderWay = Latch()
            let clients = (0..<16).map { _ in
                Task {
                    let client = try server.connect()
                    while true {
                        do {
                            try await client.send("GET /a HTTP/1.1")
                        } catch {
                            return
                        }
                        guard let answer = try await client.answerUnlessClosed() else { return }
                        answers.append(answer.text)
                        if answers.entries.count > 500 { isUnderWay.open() }
                        if answer["Connection"] == "close" { return }
                    }
                }
            }
            await isUnderWay.wait()
            await server.server.stop(drain: .longerThanATest)
            for client in clients { await #expect(throws: Never.self) { try await client.value } }
        }
        #expect(Set(answers.entries) == ["GET /a "])
    }
}
