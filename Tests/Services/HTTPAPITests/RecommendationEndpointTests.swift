import Events
import Foundation
import HTTPMessages
import HTTPServer
import PipelineTesting
import Stores
import Testing

@Suite struct RecommendationEndpointTests {
    /// Three sessions with the products 1 and 2, one that goes on to 3, and one of a user who only saw 1, and took 4 out
    /// of the cart.
    private func filledAPI() async throws -> TestAPI {
        let api = try await TestAPI()
        let sessions: [(user: Int64, products: [Int64])] = [(10, [1, 2]), (11, [1, 2, 3]), (12, [2, 1]), (13, [1])]
        var events: [Event] = []
        for (user, products) in sessions {
            for product in products { events.append(event(events.count, user: user, product: product)) }
        }
        events.append(event(events.count, user: 13, product: 4, .removeFromCart))
        events.append(event(events.count, user: 14, product: 4))
        _ = try await api.graph.apply(InteractionBatch(events))
        return api
    }

    private func event(_ number: Int, user: Int64, product: Int64, _ type: EventType = .view) -> Event {
        Event(
            id: EventID(high: 7, low: UInt64(number)), userID: user, productID: product, type: type,
            session: "session-\(user)", time: Timestamp(microseconds: Int64(number) * 1_000_000))
    }

    private func recommendations(_ response: HTTPResponse) -> [[String: Any]] {
        response.object["recommendations"] as? [[String: Any]] ?? []
    }

    private func products(_ response: HTTPResponse) -> [Int] {
        recommendations(response).compactMap { $0["product_id"] as? Int }
    }

    @Test("a user's recommendations come best first, each with its score, its reasons and where it is from")
    func reasons() async throws {
        let response = try await filledAPI().request(.get, "/users/13/recommendations")
        #expect(response.status == .ok)
        #expect(response.object["user_id"] as? Int == 13)
        #expect(response.object["debias"] as? Double == 0.25)
        #expect(products(response) == [2, 3])
        for recommendation in recommendations(response) {
            #expect(recommendation["source"] as? String == "walk")
            #expect((recommendation["score"] as? Double ?? 0) > 0)
            #expect(recommendation["category_share"] as? Double == 0)
            let because = recommendation["because"] as? [[String: Any]] ?? []
            #expect(because.compactMap { $0["product_id"] as? Int } == [1])
            #expect(because.compactMap { $0["share"] as? Double } == [1])
        }
    }

    @Test("an unknown user gets what the most sessions saw, marked as popular")
    func unknownUser() async throws {
        let response = try await filledAPI().request(.get, "/users/99/recommendations?limit=2")
        #expect(response.status == .ok)
        #expect(products(response) == [1, 2])
        #expect(recommendations(response).allSatisfy { $0["source"] as? String == "popular" })
    }

    @Test("limit, debias and seen shape the answer")
    func parameters() async throws {
        let api = try await filledAPI()
        #expect(products(try await api.request(.get, "/users/13/recommendations?limit=1")) == [2])
        let debiased = try await api.request(.get, "/users/13/recommendations?debias=1.5")
        #expect(debiased.object["debias"] as? Double == 1.5)
        let seen = try await api.request(.get, "/users/13/recommendations?seen=include")
        #expect(Set(products(seen)) == [1, 2, 3, 4])
        #expect(products(try await api.request(.get, "/users/13/recommendations?seen=exclude")) == [2, 3])
    }

    @Test("a product's related ones come from its sessions; an unknown product has the popular ones")
    func related() async throws {
        let api = try await filledAPI()
        let response = try await api.request(.get, "/products/3/related?limit=2")
        #expect(response.object["product_id"] as? Int == 3)
        #expect(products(response) == [2, 1])
        #expect(products(try await api.request(.get, "/products/77/related?limit=1")) == [1])
        #expect(try await api.request(.get, "/products/x/related").status == .unprocessableContent)
    }

    @Test("a session that is not stored is answered as one that is")
    func session() async throws {
        let api = try await filledAPI()
        let response = try await api.post(#"{"products": [1, 1]}"#, to: "/recommendations")
        #expect(response.status == .ok)
        #expect(products(response).prefix(2) == [2, 3])
        let stored = try await api.request(.get, "/products/1/related")
        #expect(products(response) == products(stored))
        // As JSON has it, 1.0 and 1e0 are the integer 1.
        let body = #"{"products": [1.0], "limit": 1e0, "debias": 0, "seen": "include"}"#
        let other = try await api.post(body, to: "/recommendations")
        #expect(products(other).count == 1)
        #expect(other.object["debias"] as? Double == 0)
        #expect(products(try await api.post(#"{"products": []}"#, to: "/recommendations")).first == 1)
    }

    @Test(
        "a parameter out of its range is a 422 that names it",
        arguments: [
            ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("debias=1.6", "debias"),
            ("debias=-0.1", "debias"), ("debias=nan", "debias"), ("debias=", "debias"), ("seen=yes", "seen"),
        ])
    func wrongParameter(parameter: String, name: String) async throws {
        let api = try await filledAPI()
        for path in ["/users/1/recommendations", "/products/1/related"] {
            let response = try await api.request(.get, "\(path)?\(parameter)")
            #expect(response.status == .unprocessableContent)
            let errors = response.object["errors"] as? [[String: Any]] ?? []
            #expect(errors.compactMap { $0["loc"] as? [String] } == [["query", name]])
        }
    }

    @Test(
        "a wrong member of a session's body is a 422 that names it",
        arguments: [
            (#"{}"#, "products"), (#"{"products": 1}"#, "products"), (#"{"products": [0]}"#, "products"),
            (#"{"products": ["1"]}"#, "products"), (#"{"products": [1], "limit": 1000}"#, "limit"),
            (#"{"products": [1], "limit": 9223372036854775807}"#, "limit"),
            (#"{"products": [1], "debias": 1e300}"#, "debias"), (#"{"products": [1], "seen": true}"#, "seen"),
        ])
    func wrongMember(body: String, name: String) async throws {
        let response = try await filledAPI().post(body, to: "/recommendations")
        #expect(response.status == .unprocessableContent)
        let errors = response.object["errors"] as? [[String: Any]] ?? []
        #expect(errors.compactMap { $0["loc"] as? [String] } == [["body", name]])
    }

    @Test("a session of more products than anybody's page has is refused, as is what is no JSON object")
    func unboundedSession() async throws {
        let api = try await filledAPI()
        let products = (1...501).map(String.init).joined(separator: ",")
        #expect(
            try await api.post("{\"products\": [\(products)]}", to: "/recommendations").status == .unprocessableContent)
        for body in ["[1]", "{", ""] {
            let status = try await api.post(body, to: "/recommendations").status
            #expect(status == .unprocessableContent || status == .badRequest)
        }
    }

    @Test("recommendations are as closed to other machines as histories are")
    func closed() async throws {
        let api = try await filledAPI()
        for path in ["/users/13/recommendations", "/products/1/related"] {
            #expect(try await api.request(.get, path, from: "192.0.2.7").status == .forbidden)
        }
    }
}
