import JSON
import Network
import QdrantClient
import TestSupport
import Testing

@Suite struct ValuesTests {
    func unit(_ vector: [Float]) -> [Float]? { QdrantVector.normalised(vector.span) }
    func unit(_ vector: [Double]) -> [Float]? { QdrantVector.normalised(vector.span) }

    @Test(
        "A UUID is the same id in any spelling",
        arguments: [
            "0192F0C4-0000-7000-8000-00000000000a", "0192f0c4000070008000-00000000000a".replacing("-", with: ""),
            "{0192f0c4-0000-7000-8000-00000000000A}", "URN:uuid:0192f0c4-0000-7000-8000-00000000000a",
        ])
    func spellings(_ text: String) throws {
        let id = try #require(QdrantPointID(uuid: text))
        #expect(id == .uuid(high: 0x0192_f0c4_0000_7000, low: 0x8000_0000_0000_000a))
        #expect("\(id)" == "0192f0c4-0000-7000-8000-00000000000a")
    }

    @Test(
        "What is no UUID is no id",
        arguments: ["", "7", "{}", "{", "0192f0c4-0000-7000-8000-00000000000g", "0192f0c400007000-8000-000000000000a"])
    func noUUID(_ text: String) {
        #expect(QdrantPointID(uuid: text) == nil)
    }

    @Test("Numbers come before UUIDs, and a number is not the UUID of its value")
    func order() {
        #expect(QdrantPointID.number(.max) < .uuid(high: 0, low: 0))
        #expect(QdrantPointID.uuid(high: 0, low: .max) < .uuid(high: 1, low: 0))
        #expect(QdrantPointID.number(5) != .uuid(high: 0, low: 5))
    }

    @Test(
        "A vector that is not finite is refused before it is sent",
        arguments: [Float.infinity, -.infinity, .nan, .signalingNaN])
    func finite(_ component: Float) throws {
        var points = QdrantPoints()
        let error = try #require(throws: QdrantError.self) { try points.append(1, vector: [1, component, 2].span) }
        #expect(error.code == .unencodable && points.count == 0)
        #expect(unit([1, component]) == nil)
    }

    @Test("A vector of any size becomes one of length 1", arguments: [Float(1e-45), 1e-38, 3e-4, 1, 1e19, 3e38])
    func normalised(_ size: Float) throws {
        let vector = try #require(unit([size, size, 0, -size]))
        let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(abs(length - 1) < 1e-6)
        let double = Double(size) * 1e-200
        let fromDouble = try #require(unit([double, double, 0, -double]))
        #expect(zip(vector, fromDouble).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("A vector of zeros has no direction")
    func zeros() {
        #expect(unit([0, -0.0] as [Float]) == nil)
        #expect(unit([Double]()) == nil)
    }

    static let filters: [(QdrantFilter, String)] = [
        (
            QdrantFilter(must: [.match("a", 1), .match("b", "x"), .match("c", .bool(true))]),
            #"{"must":[{"key":"a","match":{"value":1}},{"key":"b","match":{"value":"x"}},{"key":"c","match":{"value":true}}]}"#
        ),
        (
            QdrantFilter(should: [.matchAny("a", [1, 2]), .isEmpty("e"), .isNull("n")]),
            #"{"should":[{"key":"a","match":{"any":[1,2]}},{"is_empty":{"key":"e"}},{"is_null":{"key":"n"}}]}"#
        ),
        (
            QdrantFilter(mustNot: [.hasID([7, .uuid(high: 0, low: 1)]), .filter(QdrantFilter(must: [.isEmpty("x")]))]),
            #"{"must_not":[{"has_id":[7,"00000000-0000-0000-0000-000000000001"]},{"must":[{"is_empty":{"key":"x"}}]}]}"#
        ),
        (
            QdrantFilter(must: [
                .datetimeRange("t", QdrantRange(from: "2026-01-30T10:00:00Z", below: "2026-01-31T00:00:00Z"))
            ]),
            #"{"must":[{"key":"t","range":{"gte":"2026-01-30T10:00:00Z","lt":"2026-01-31T00:00:00Z"}}]}"#
        ),
        (
            QdrantFilter(must: [.range("n", QdrantRange(through: 9_007_199_254_740_991, above: -1.5))]),
            #"{"must":[{"key":"n","range":{"lte":9007199254740991.0,"gt":-1.5}}]}"#
        ),
    ]

    @Test("Filters are written as Qdrant reads them", arguments: filters)
    func filter(_ filter: QdrantFilter, _ json: String) {
        let body = String(decoding: QdrantRequest.count(in: "c", where: filter).body, as: UTF8.self)
        #expect(body == #"{"exact":true,"filter":\#(json)}"#)
    }

    @Test("What cannot be sent is an error when it is sent, and nothing goes out")
    func unsendable() async throws {
        let server = try ScriptedHTTP([DriverTests.done])
        let driver = try DriverTests.driver(server.url)
        let requests: [QdrantRequest<QdrantUpdate>] = [
            .update(.delete(.matching(QdrantFilter())), in: "c"), .update(.upsert(QdrantPoints()), in: "c"),
            .update(.delete(.ids([1])), in: ""), .update(.delete(.ids([1])), in: ".."),
            .update(.updateVectors([(1, [.nan])]), in: "c"),
            .update(.delete(.matching(QdrantFilter(must: [.range("n", QdrantRange(from: .infinity))]))), in: "c"),
        ]
        for request in requests { #expect(try await DriverTests.failure(request, driver).code == .unencodable) }
        let query = QdrantRequest.query(QdrantQuery(.vector([.infinity])), in: "c")
        #expect(try await DriverTests.failure(query, driver).code == .unencodable)
        #expect(server.requests.isEmpty)
    }

    @Test("An address has a default port and no secrets, and what means nothing is refused")
    func addresses() throws {
        #expect(try QdrantConfiguration(url: "https://vectors.example").description == "https://vectors.example:6333")
        #expect(try QdrantConfiguration(url: "https://h?verify=verify_none").tls.verifiesPeer == false)
        for url in [
            "", "localhost:6333", "grpc://h", "http://h?colour=red", "http://a,b", "http://h?verify=verify_none",
        ] {
            let error = try #require(throws: QdrantError.self) { try QdrantConfiguration(url: url) }
            #expect(error.code == .invalidURL)
        }
    }
}
