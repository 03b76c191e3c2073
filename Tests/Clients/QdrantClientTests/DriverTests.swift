import EventLoops
import JSON
import QdrantClient
import TestSupport
import Testing

@Suite struct DriverTests {
    static let done = HTTPAnswer.json(
        200, #"{"result":{"operation_id":1,"status":"completed"},"status":"ok","time":0}"#)
    static let counted = HTTPAnswer.json(200, #"{"result":{"count":3},"status":"ok","time":0}"#)
    static let deletion = QdrantRequest.update(.delete(.ids([1])), in: "c")

    static func driver(
        _ url: String, key: String? = nil, _ change: (inout QdrantConfiguration) -> Void = { _ in }
    ) throws -> QdrantDriver {
        var configuration = try QdrantConfiguration(url: url, apiKey: key)
        configuration.backoff = Backoff(initial: .milliseconds(1), maximum: .milliseconds(2))
        change(&configuration)
        return QdrantDriver(configuration)
    }

    static func failure<Answer: Sendable>(
        _ request: QdrantRequest<Answer>, _ driver: QdrantDriver, within timeout: Duration? = nil
    ) async throws -> QdrantError {
        do throws(QdrantError) {
            _ = try await driver.send(request, within: timeout)
        } catch {
            return error
        }
        throw ScriptFailure("the request succeeded")
    }

    @Test("A request carries its method, path, query, JSON and the API key")
    func request() async throws {
        let server = try ScriptedHTTP([Self.done])
        var points = QdrantPoints()
        try points.append(7, vector: [0.5, 1].span) { $0.member("user_id", 42) }
        let condition = QdrantFilter(mustNot: [.range("n", QdrantRange(from: 8))])
        let update = try await Self.driver(server.url + "/behind/", key: "secret").send(
            .update(
                .upsert(points, mode: .updateOnly, condition: condition), in: "a/b",
                QdrantWriteOptions(ordering: .strong, serverTimeout: 3)))
        #expect(update.isApplied && update.operationID == 1)
        let request = try #require(server.requests.first)
        #expect(request.method == "PUT")
        #expect(request.target == "/behind/collections/a%2Fb/points?wait=true&ordering=strong&timeout=3")
        #expect(request.headers["api-key"] == "secret" && request.headers["content-type"] == "application/json")
        #expect(
            request.body
                == #"{"points":[{"id":7,"vector":[0.5,1],"payload":{"user_id":42}}],"update_mode":"update_only","update_filter":{"must_not":[{"key":"n","range":{"gte":8.0}}]}}"#
        )
    }

    @Test(
        "What may pass is tried again, and what was not done is not taken for done",
        arguments: [
            .json(408, "{}"), .json(429, "{}", headers: ["Retry-After: 0"]), .json(503, "no"), .json(507, "{}"), .cut,
            .json(200, #"{"result":{"operation_id":1,"status":"wait_timeout"},"status":"ok","time":0}"#),
            .json(500, #"{"status":{"error":"Service internal error: may be partially applied"},"time":0}"#),
        ] as [HTTPAnswer])
    func retries(_ answer: HTTPAnswer) async throws {
        let server = try ScriptedHTTP([answer, answer, Self.done])
        #expect(try await Self.driver(server.url).send(Self.deletion).isApplied)
        #expect(server.requests.count == 3)
    }

    @Test(
        "The last error is thrown, and says whether the change may have been made",
        arguments: [
            (.json(408, "{}"), .timedOut, true), (.json(429, "{}"), .rateLimited, false),
            (.json(507, "{}"), .outOfStorage, true), (.json(503, "{}"), .unavailable, true),
            (.cut, .connectionLost, true),
        ] as [(HTTPAnswer, QdrantError.Code, Bool)])
    func lastError(_ answer: HTTPAnswer, _ code: QdrantError.Code, _ isUnknown: Bool) async throws {
        let server = try ScriptedHTTP([answer])
        let error = try await Self.failure(Self.deletion, Self.driver(server.url) { $0.attempts = 2 })
        #expect(error.code == code && error.isRetriable && error.isOutcomeUnknown == isUnknown)
    }

    @Test("An unknown outcome of an earlier attempt is not forgotten")
    func earlierAttempt() async throws {
        let server = try ScriptedHTTP([.json(503, "{}"), .json(404, "{}")])
        let error = try await Self.failure(Self.deletion, Self.driver(server.url))
        #expect(error.code == .notFound && error.isOutcomeUnknown)
    }

    @Test("What is refused, and what may not be repeated, is sent once")
    func once() async throws {
        for answer in [
            HTTPAnswer.json(400, "{}"), .json(401, "no key"), .json(404, ""), .json(409, "{}"), .json(422, "{}"),
        ] {
            let server = try ScriptedHTTP([answer])
            let error = try await Self.failure(Self.deletion, Self.driver(server.url))
            #expect(!error.isRetriable && !error.isOutcomeUnknown && server.requests.count == 1)
        }
        for answer in [HTTPAnswer.json(503, "{}"), .cut] {
            let server = try ScriptedHTTP([answer])
            let request = QdrantRequest.createCollection("c", QdrantCollection(size: 4))
            #expect(try await Self.failure(request, Self.driver(server.url)).isOutcomeUnknown)
            #expect(server.requests.count == 1)
        }
    }

    @Test("A wait that the server asks for and that is longer than the time left is left to the caller")
    func retryAfter() async throws {
        let server = try ScriptedHTTP([
            .json(429, #"{"status":{"error":"Retry after 60s"}}"#, headers: ["Retry-After: 60"])
        ])
        let error = try await Self.failure(Self.deletion, Self.driver(server.url))
        #expect(error.code == .rateLimited && error.retryAfter == .seconds(60) && server.requests.count == 1)
    }

    @Test("A silent server ends a request when its time is up")
    func silence() async throws {
        let server = try ScriptedHTTP([.silence])
        let driver = try Self.driver(server.url)
        let error = try await Self.failure(Self.deletion, driver, within: .milliseconds(300))
        #expect(error.code == .timedOut && error.isOutcomeUnknown)
        #expect(try await Self.failure(.count(in: "c"), driver, within: .milliseconds(300)).isOutcomeUnknown == false)
    }

    @Test("A caller that finds all connections in use waits no longer than its time, and nobody waits beyond the bound")
    func busy() async throws {
        let server = try ScriptedHTTP([.silence])
        let driver = try Self.driver(server.url) {
            $0.connections = 1
            $0.waiters = 1
            $0.attempts = 1
        }
        let first = Task { try await Self.failure(.count(in: "c"), driver, within: .seconds(60)) }
        try await eventually("the first request is under way") { server.requests.count == 1 }
        let late = try await Self.failure(.count(in: "c"), driver, within: .milliseconds(200))
        #expect(late.code == .timedOut && server.requests.count == 1)
        try await withThrowingTaskGroup(of: QdrantError.self) { group in
            for _ in 0..<2 {
                group.addTask { try await Self.failure(.count(in: "c"), driver, within: .seconds(60)) }
            }
            // One of both waits, whichever came first, and the other is one too many.
            let one = try await group.next()
            #expect(one?.code == .busy)
            await driver.close()
            let other = try await group.next()
            #expect(other?.code == .closed)
        }
        #expect(try await Self.failure(.count(in: "c"), driver).code == .closed)
        first.cancel()
        #expect(try await first.value.code == .closed)
    }

    @Test("Several requests are under way at the same time, and no more than there are connections")
    func parallel() async throws {
        let server = try ScriptedHTTP([.silence])
        let driver = try Self.driver(server.url) { $0.connections = 3 }
        let tasks = (0..<5).map { _ in Task { try await driver.send(.count(in: "c"), within: .seconds(20)) } }
        try await eventually("three are under way") { server.requests.count == 3 }
        await driver.close()
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.result }
        #expect(server.requests.count == 3)
    }

    @Test(
        "What is no answer of Qdrant is an error, never a value",
        arguments: [
            "", "{", "[]", "null", "<html></html>", #"{"result":{"count":1}}"#, #"{"status":"ok"}"#,
            #"{"result":{},"status":"ok"}"#, #"{"result":{"count":-1},"status":"ok"}"#,
            #"{"result":{"count":1},"status":"ok"} more"#, #"{"result":{"count":1},"status":{"error":"no"}}"#,
            #"{"result":{"count":"1"},"status":"ok"}"#, String(repeating: "[", count: 5_000),
        ])
    func garbage(_ body: String) async throws {
        let server = try ScriptedHTTP([.json(200, body)])
        let error = try await Self.failure(.count(in: "c"), Self.driver(server.url))
        #expect(error.code == .malformedAnswer && !error.isOutcomeUnknown)
        #expect(try await Self.failure(Self.deletion, Self.driver(server.url)).isOutcomeUnknown)
    }

    @Test("What is no HTTP is an error, and an answer above the bound is not taken")
    func bounds() async throws {
        let noise = try ScriptedHTTP([.raw("SSH-2.0-x\r\n\r\n")])
        #expect(try await Self.failure(.count(in: "c"), Self.driver(noise.url), within: .seconds(5)).code != .closed)
        let server = try ScriptedHTTP([.json(200, String(repeating: " ", count: 2_000))])
        let error = try await Self.failure(.count(in: "c"), Self.driver(server.url) { $0.largestAnswer = 1_000 })
        #expect(error.code == .tooLarge && !error.isRetriable)
        let small = try Self.driver(server.url) { $0.largestRequest = 10 }
        #expect(try await Self.failure(.count(in: "c"), small).code == .tooLarge)
        #expect(server.requests.count == 1)
    }

    @Test("Nobody there is an error that says so")
    func unreachable() async throws {
        let listener = try LoopbackListener()
        listener.close()
        let error = try await Self.failure(Self.deletion, Self.driver("http://127.0.0.1:\(listener.port)"))
        #expect(error.code == .unreachable && error.isRetriable && !error.isOutcomeUnknown)
    }

    @Test("No error and no description shows the API key, not even where the server repeats it")
    func secret() async throws {
        let server = try ScriptedHTTP([.json(403, #"{"status":{"error":"the key k3y-s3cret may not"}}"#)])
        let driver = try Self.driver(server.url, key: "k3y-s3cret")
        let error = try await Self.failure(Self.deletion, driver)
        #expect(error.code == .accessRefused && error.message.contains("may not"))
        var dumped = ""
        dump(driver.configuration, to: &dumped)
        for text in [
            "\(error)", String(reflecting: error), "\(driver.configuration)", dumped,
            String(reflecting: driver.configuration),
        ] {
            #expect(!text.contains("s3cret"))
        }
        #expect(throws: QdrantError.self) { try QdrantConfiguration(url: "http://user:s3cret@host") }
    }
}
