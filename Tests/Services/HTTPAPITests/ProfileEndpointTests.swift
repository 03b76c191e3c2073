import Events
import Foundation
import HTTPAPI
import HTTPMessages
import HTTPServer
import PipelineTesting
import Stores
import Testing

@Suite struct ProfileEndpointTests {
    private func event(_ number: Int, user: Int64 = 1, product: Int64, _ type: EventType = .view) -> Event {
        Event(
            id: EventID(high: 7, low: UInt64(number)), userID: user, productID: product, type: type, session: "s",
            time: Timestamp(microseconds: Int64(number) * 1_000_000))
    }

    /// A user between the products 1 and 3, a similar one and another one; product 4 stands in for itself.
    private func filledAPI() async throws -> TestAPI {
        let api = try await TestAPI()
        try await api.profiles.putCatalogue([
            1: [1, 0, 0], 2: [0.9, 0.1, 0], 3: [0, 1, 0], 5: [1, 0.01, 0], 6: [0, 0, 1],
        ])
        _ = try await api.profiles.apply(
            InteractionBatch([
                event(1, product: 1, .purchase), event(2, product: 3), event(3, user: 2, product: 1),
                event(4, user: 3, product: 6), event(5, user: 3, product: 4),
            ]))
        return api
    }

    private func products(_ response: HTTPResponse) -> [Int] {
        (response.object["products"] as? [[String: Any]] ?? []).compactMap { $0["product_id"] as? Int }
    }

    @Test("a profile has counts, the last time and recent products, and the vector where it is asked for")
    func profile() async throws {
        let api = try await TestAPI()
        _ = try await api.profiles.apply(InteractionBatch([event(1, product: 1), event(2, product: 2, .purchase)]))
        let profile = try await api.request(.get, "/users/1/profile").object
        #expect(profile["interactions"] as? Int == 2)
        #expect(profile["counts"] as? [String: Int] == ["view": 1, "cart": 0, "purchase": 1, "remove_from_cart": 0])
        #expect(profile["last_event_time"] as? String == "1970-01-01T00:00:02Z")
        #expect(profile["recent_products"] as? [Int] == [2, 1])
        #expect(profile["vector"] == nil)
        let whole = try await api.request(.get, "/users/1/profile?vector=true").object
        let stored = try #require(try await api.profiles.profile(of: 1))
        #expect((whole["vector"] as? [Double])?.map { Float($0) } == stored.vector)
        #expect(try await api.request(.get, "/users/1/profile?vector=1").status == .unprocessableContent)
    }

    @Test("similar users come best first, without the user")
    func similarUsers() async throws {
        let api = try await filledAPI()
        let answer = try await api.request(.get, "/users/1/similar-users").object
        let users = try #require(answer["users"] as? [[String: Any]])
        #expect(users.compactMap { $0["user_id"] as? Int } == [2, 3])
        let scores = users.compactMap { $0["score"] as? Double }
        #expect(scores.count == 2 && scores[0] > 0.9 && scores[1] < scores[0])
        let one = try await api.request(.get, "/users/1/similar-users?limit=1").object
        #expect((one["users"] as? [Any])?.count == 1)
    }

    @Test("products near to a profile come best first, without those that were bought, and stand-ins are marked")
    func nearProducts() async throws {
        let api = try await filledAPI()
        let response = try await api.request(.get, "/users/1/products")
        #expect(products(response).prefix(2) == [2, 5])
        #expect(Set(products(response)) == [2, 3, 4, 5, 6], "all but what was bought")
        let matches = try #require(response.object["products"] as? [[String: Any]])
        let standIns = matches.filter { $0["stand_in"] as? Bool == true }.compactMap { $0["product_id"] as? Int }
        #expect(standIns == [4])
        #expect(matches.allSatisfy { $0["score"] is Double })
        #expect(products(try await api.request(.get, "/users/1/products?limit=2")) == [2, 5])
    }

    @Test("a user whom the graph knows is asked for by the newest products, and by what was learned of them")
    func learnedProducts() async throws {
        let api = try await filledAPI()
        _ = try await api.graph.apply(InteractionBatch([event(1, product: 6)]))
        #expect(products(try await api.request(.get, "/users/1/products")).first == 6)
        try await api.profiles.putLearned(
            [
                LearnedProduct(productID: 6, vector: [0, 1, 0], sessions: 3),
                LearnedProduct(productID: 7, vector: [0, 1, 0], sessions: 75),
            ], removing: [])
        let response = try await api.request(.get, "/users/1/products?debias=0.25")
        #expect(
            products(response).filter { [3, 6, 7].contains($0) } == [3, 6, 7], "equally near, and seen more and more")
        let same = try await api.request(.get, "/users/1/products")
        let scores = (same.object["products"] as? [[String: Any]] ?? []).compactMap { $0["score"] as? Double }
        #expect(scores.prefix(3) == [1, 1, 1])
    }

    @Test("diversity brings in what differs from the best")
    func diversity() async throws {
        let api = try await filledAPI()
        let varied = products(try await api.request(.get, "/users/1/products?limit=2&diversity=0.9"))
        #expect(varied.first == 2)
        #expect(varied.last != 5, "which is nearly the same")
    }

    @Test(
        "a parameter out of its range is a 422",
        arguments: [
            "similar-users?limit=0", "similar-users?limit=101", "products?limit=x", "products?limit=101",
            "products?debias=1.6", "products?diversity=1.1", "products?diversity=-0.1", "products?diversity=nan",
            "products?diversity=",
        ])
    func wrongParameter(path: String) async throws {
        let response = try await filledAPI().request(.get, "/users/1/\(path)")
        #expect(response.status == .unprocessableContent)
        let errors = try #require(response.object["errors"] as? [[String: Any]])
        #expect(errors.compactMap { ($0["loc"] as? [String])?.first } == ["query"])
    }

    @Test("a profile of before the catalogue is a 409 that says so, as sending the request again does not help")
    func staleProfile() async throws {
        let api = try await filledAPI()
        api.profiles.fail(with: [nil, nil, StoreError(.rejected, "run profile rebuild")])
        let response = try await api.request(.get, "/users/1/products")
        #expect(response.status == .conflict)
        #expect(response.text("detail")?.contains("run profile rebuild") == true)
    }

    @Test("interactions that cancel each other out are near to nothing")
    func noDirection() async throws {
        let api = try await TestAPI()
        try await api.profiles.putCatalogue([1: [1, 0], 2: [0, 1]])
        var removal = event(2, product: 1, .removeFromCart)
        removal.time = event(1, product: 1).time
        _ = try await api.profiles.apply(
            InteractionBatch([event(1, product: 1), removal, event(3, user: 2, product: 1)]))
        for (path, list) in [("products", "products"), ("similar-users", "users")] {
            let answer = try await api.request(.get, "/users/1/\(path)").object
            #expect((answer[list] as? [Any])?.isEmpty == true)
        }
    }
}

@Suite struct ProductEndpointTests {
    private func put(_ body: String, to path: String = "/products/7", into api: TestAPI) async throws -> HTTPResponse {
        try await api.request(
            .put, path, body, headers: ["Content-Type": "application/json", "Authorization": "Bearer secret"])
    }

    private func api() async throws -> TestAPI {
        try await TestAPI(administration: .init(tokens: ["secret"]))
    }

    @Test("a vector that was put is the product's, and another takes its place")
    func put() async throws {
        let api = try await api()
        let response = try await put(#"{"vector":[3,4],"title":"kettle"}"#, into: api)
        #expect(response.status == .ok)
        #expect(response.object["product_id"] as? Int == 7)
        #expect(try await put(#"{"product_id":7,"vector":[0,2]}"#, into: api).status == .ok)
        let found = try await api.profiles.nearestProducts(to: [0, 1], excluding: [], limit: 9)
        #expect(found == [ProductMatch(productID: 7, score: 1, vector: [0, 1], isStandIn: false)])
    }

    @Test(
        "a body that is no vector is a 422 that names the place",
        arguments: [
            (#"{}"#, ["body", "vector"], "missing"), (#"{"vector":"x"}"#, ["body", "vector"], "float_type"),
            (#"{"vector":[1,"2"]}"#, ["body", "vector"], "float_type"),
            (#"{"vector":[]}"#, ["body", "vector"], "value_error"),
            (#"{"vector":[0,0]}"#, ["body", "vector"], "value_error"),
            (#"{"vector":[1,null]}"#, ["body", "vector", "1"], "finite_number"),
            (#"{"vector":[1e39,2]}"#, ["body", "vector", "0"], "finite_number"),
            (#"{"vector":[1],"product_id":8}"#, ["body", "product_id"], "value_error"),
            (#"{"vector":[1],"product_id":-1}"#, ["body", "product_id"], "int_type"),
        ])
    func wrongBody(body: String, loc: [String], type: String) async throws {
        let api = try await api()
        let response = try await put(body, into: api)
        #expect(response.status == .unprocessableContent)
        let errors = try #require(response.object["errors"] as? [[String: Any]])
        #expect(errors.map { ($0["loc"] as? [Any])?.map { "\($0)" } } == [loc])
        #expect(errors.map { $0["type"] as? String } == [type])
        #expect(errors.allSatisfy { $0["msg"] is String })
        #expect(
            try await api.profiles.nearestProducts(to: .init(repeating: 1, count: 64), excluding: [], limit: 1) == [])
    }

    @Test("what is no JSON object is a 400, and a product that cannot be is a 422")
    func malformed() async throws {
        let api = try await api()
        for body in ["", "[1]", #"{"vector":[1,]}"#, #"{"vector":[1]"#] {
            #expect(try await put(body, into: api).status == .badRequest, "\(body)")
        }
        for id in ["0", "x", "9223372036854775808"] {
            let response = try await put(#"{"vector":[1]}"#, to: "/products/\(id)", into: api)
            #expect(response.status == .unprocessableContent)
        }
    }

    @Test("a vector of another size than the catalogue's is a 422, and a store that is away is a 503")
    func refusals() async throws {
        let api = try await api()
        #expect(try await put(#"{"vector":[1,2]}"#, into: api).status == .ok)
        let other = try await put(#"{"vector":[1,2,3]}"#, into: api)
        #expect(other.status == .unprocessableContent)
        let errors = try #require(other.object["errors"] as? [[String: Any]])
        #expect((errors.first?["msg"] as? String)?.contains("2 components, these have 3") == true)
        api.profiles.fail(with: [StoreError(.unavailable, "away")])
        #expect(try await put(#"{"vector":[1,2]}"#, into: api).status == .serviceUnavailable)
    }
}
