import HTTPMessages
import JSON
import QdrantClient
import Testing

@Suite struct RecordingTests {
    /// What the answer to an exchange is read as, from its method and path; nil for paths that this client never asks for.
    private static func decode(_ exchange: Exchange) throws -> (any Sendable)? {
        func read<Answer>(_ request: QdrantRequest<Answer>) throws(QdrantError) -> Answer {
            try request.decode(HTTPStatus(exchange.status), exchange.body, retryAfter: exchange.retryAfter)
        }
        let parts = exchange.path.split(separator: "?")
        let waits = parts.count > 1 && parts[1].contains("wait=true")
        let options = QdrantWriteOptions(waits: waits)
        let steps = parts[0].split(separator: "/").map(String.init)
        let operation = QdrantOperation.delete(.ids([1]))
        switch (exchange.method, steps.count, steps.last) {
        case ("GET", 0, _): return try read(.version)
        case ("GET", 1, "healthz"), ("GET", 1, "livez"): return try read(.health)
        case ("GET", 1, "readyz"): return try read(.readiness)
        case ("GET", 1, "collections"): return try read(.collections)
        case ("GET", _, "aliases"): return try read(.aliases())
        case ("GET", _, "exists"): return try read(.collectionExists("c"))
        case ("GET", 2, _): return try read(.collection("c"))
        case ("POST", 2, "aliases"): return try read(.changeAliases([]))
        case ("PUT", 2, _): return try read(.createCollection("c", QdrantCollection(size: 4)))
        case ("PATCH", 2, _): return try read(.changeCollection("c", [:]))
        case ("DELETE", 2, _): return try read(.deleteCollection("c"))
        case ("PUT", 3, "index"): return try read(.createIndex(of: "k", .integer, in: "c", options))
        case ("PUT", _, "points"), ("POST", _, "payload"), ("PUT", _, "payload"), ("POST", _, "delete"),
            ("PUT", _, "vectors"):
            return try read(.update(operation, in: "c", options))
        case ("POST", 3, "points"): return try read(.points([1], in: "c"))
        case ("POST", 4, "batch"): return try read(.updates(Array(repeating: operation, count: 4), in: "c", options))
        case ("POST", 4, "scroll"): return try read(.scroll(QdrantScroll(), in: "c"))
        case ("POST", 4, "query"): return try read(.query(QdrantQuery(), in: "c"))
        case ("POST", 5, "batch"): return try read(.queries([QdrantQuery(), QdrantQuery()], in: "c"))
        case ("POST", 5, "groups"): return try read(.groups(of: QdrantQuery(), by: "k", size: 1, in: "c"))
        case ("POST", 4, "count"): return try read(.count(in: "c"))
        case ("POST", 3, "facet"): return try read(.facet(of: "k", in: "c"))
        case ("GET", 4, _): return try read(.points([1], in: "c"))
        default:
            // Paths that this client never asks for have refusals like others.
            guard exchange.status != 200 else { return nil }
            return try read(.collections)
        }
    }

    @Test("The recordings are all there")
    func count() { #expect(Exchange.all.count == 142) }

    @Test(
        "Every recorded success is read, and every refusal is an error with the server's text", arguments: Exchange.all)
    func decodes(_ exchange: Exchange) throws {
        // Of one point by its path, the client reads none: it asks for points by their ids.
        if exchange.name == "get one" { return }
        guard exchange.status != 200 else {
            let answer = try Self.decode(exchange)
            #expect(answer != nil || exchange.path == "/metrics")
            return
        }
        let error = try #require(throws: QdrantError.self) { try Self.decode(exchange) }
        let code: QdrantError.Code =
            switch exchange.status {
            case 401, 403: .accessRefused
            case 404: .notFound
            case 409: .conflict
            case 429: .rateLimited
            default: .rejected
            }
        #expect(error.code == code)
        #expect(error.status == exchange.status)
        #expect(error.message.contains(try #require(exchange.error)))
        #expect(error.retryAfter == exchange.retryAfter)
        #expect(error.isRetriable == (exchange.status == 429))
    }

    private static func answer<Answer>(_ name: String, to request: QdrantRequest<Answer>) throws -> Answer {
        let exchange = try #require(Exchange.named(name))
        return try request.decode(HTTPStatus(exchange.status), exchange.body)
    }

    @Test("Points come with ids of both kinds, payloads and vectors")
    func points() throws {
        let points = try Self.answer("retrieve", to: .points([], in: "c"))
        #expect(
            points.map(\.id.description) == [
                "0192f0c4-0000-7000-8000-000000000001", "0192f0c4-0000-7000-8000-000000000002", "7001",
            ])
        #expect(points[2].vector == [0.18257418, 0.36514837, 0.5477225, 0.73029673])
        #expect(try points[2].payload?.fields() == ["user_id": .integer(9)])
        #expect(try Self.answer("retrieve, without", to: .points([], in: "c"))[0].payload == nil)
    }

    @Test("Pages tell where the next one begins, and ordered ones what they are ordered by")
    func pages() throws {
        #expect(try Self.answer("scroll", to: .scroll(QdrantScroll(), in: "c")).next == 7005)
        #expect(try Self.answer("scroll, filter user", to: .scroll(QdrantScroll(), in: "c")).next == nil)
        let ordered = try Self.answer("scroll, order by time desc", to: .scroll(QdrantScroll(), in: "c"))
        #expect(ordered.points.first?.orderValue == .integer(1_769_768_280_000_000))
        let all = try Self.answer("scroll, must_not, should, has_id, is_empty", to: .scroll(QdrantScroll(), in: "c"))
        #expect(all.points.map(\.id) == all.points.map(\.id).sorted())
        #expect(all.points.contains { $0.id == .number(.max) })
    }

    @Test("An infinite score is none, and others are numbers")
    func scores() throws {
        let found = try Self.answer("query against a stored infinity", to: .query(QdrantQuery(), in: "c"))
        #expect(found.map(\.score) == [nil, 0.999755])
        let batch = try Self.answer("query batch", to: .queries([QdrantQuery(), QdrantQuery()], in: "c"))
        #expect(batch.map(\.count) == [2, 2])
        let groups = try Self.answer("query groups", to: .groups(of: QdrantQuery(), by: "k", size: 1, in: "c"))
        #expect(groups.map(\.value) == [.integer(100), .integer(101), .integer(102)])
        #expect(try Self.answer("facet", to: .facet(of: "k", in: "c")).map(\.count) == [8, 4, 4, 4])
        #expect(try Self.answer("count exact", to: .count(in: "c")) == 25)
    }

    @Test("A collection tells its vectors")
    func collection() throws {
        let info = try Self.answer("info", to: .collection("c"))
        #expect(info.status == "green" && info.pointsCount == 0)
        #expect(info.vectors?.size == 4 && info.vectors?.distance == .cosine)
    }

    @Test("A batch is done only when every operation is")
    func batch() throws {
        let exchange = try #require(Exchange.named("batch of operations with conditional upserts"))
        for (count, isDone) in [(4, true), (5, false)] {
            let operations = Array(repeating: QdrantOperation.delete(.ids([1])), count: count)
            let request = QdrantRequest.updates(operations, in: "c")
            if isDone {
                #expect(try request.decode(200, exchange.body).allSatisfy(\.isApplied))
            } else {
                let error = try #require(throws: QdrantError.self) { try request.decode(200, exchange.body) }
                #expect(error.code == .notApplied && error.isRetriable && error.isOutcomeUnknown)
            }
        }
    }

    @Test(
        "What is acknowledged is not done, unless nobody wanted to wait; wait_timeout never is",
        arguments: ["acknowledged", "wait_timeout", "later"])
    func notApplied(_ status: String) throws {
        let body = Array(#"{"result":{"operation_id":1,"status":"\#(status)"},"status":"ok","time":0.1}"#.utf8)
        let operation = QdrantOperation.delete(.ids([1]))
        let error = try #require(throws: QdrantError.self) {
            try QdrantRequest.update(operation, in: "c").decode(200, body)
        }
        #expect(error.code == .notApplied && error.isRetriable && error.isOutcomeUnknown)
        let unwaited = QdrantRequest.update(operation, in: "c", QdrantWriteOptions(waits: false))
        if status == "acknowledged" {
            #expect(try unwaited.decode(200, body).isApplied == false)
        } else {
            #expect(throws: QdrantError.self) { try unwaited.decode(200, body) }
        }
    }
}
