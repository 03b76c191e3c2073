import Events
import HTTPMessages
import HTTPServer
import HTTPWire
import JSON
import Recommending
import Stores

extension HTTPAPI {
    /// The most users or products in an answer.
    private static let maximumMatches = 100
    /// How many bought products are left out of an answer, the latest ones.
    private static let maximumBought = 1_000

    /// `GET /users/{id}/profile?vector=`: 404 for a user without interactions. With `vector=true`, with the vector.
    func profile(_ request: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        let text = request.parameter("vector") ?? "false"
        guard let hasVector = Bool(text) else {
            throw .invalid([.query("vector", "vector is true or false", type: .valueError)])
        }
        let profile = try await existingProfile(path)
        var json = JSONWriter()
        json.object { json in
            json.member("user_id", profile.userID)
            json.member("interactions", profile.interactions)
            json.key("counts")
            json.object { json in
                for type in EventType.allCases { json.member(type.rawValue, profile.counts[type] ?? 0) }
            }
            json.member("last_event_time", profile.lastEventTime)
            json.key("recent_products")
            json.array { json in
                for product in profile.recentProducts { json.integer(product) }
            }
            guard hasVector else { return }
            json.key("vector")
            json.floats(profile.vector.span)
        }
        return .json(json.bytes)
    }

    /// `GET /users/{id}/similar-users?limit=`: the users whose profiles are nearest, best first, without the user.
    func similarUsers(_ request: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        let limit = try matchLimit(request)
        let profile = try await existingProfile(path)
        var users: [(id: Int64, score: Float)] = []
        if profile.hasDirection {
            let found = try await readingProfiles { () async throws(StoreError) in
                try await profiles.nearest(to: profile.vector, in: .userProfiles, limit: limit + 1)
            }
            for match in found {
                if case .user(let id) = match.point, id != profile.userID { users.append((id, match.score)) }
            }
        }
        var json = JSONWriter()
        json.object { json in
            json.member("user_id", profile.userID)
            json.key("users")
            json.array { json in
                for user in users.prefix(limit) {
                    json.object { json in
                        json.member("user_id", user.id)
                        json.key("score")
                        json.float(user.score)
                    }
                }
            }
        }
        return .json(json.bytes)
    }

    /// `GET /users/{id}/products?limit=&diversity=&debias=`: the products that are nearest to the user's newest ones, by
    /// learned vectors, without those that the user has bought, chosen for variety as well (``MarginalRelevance``). Where
    /// the graph does not know the user, those nearest to the profile.
    func products(_ request: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        let limit = try matchLimit(request)
        guard let diversity = Double(request.parameter("diversity") ?? "0"), 0...1 ~= diversity else {
            throw .invalid([.query("diversity", "diversity is a number from 0 to 1", type: .floatType)])
        }
        guard let debias = Double(request.parameter("debias") ?? "0").flatMap(RecommendationQuery.debias) else {
            throw .invalid([.query("debias", RecommendationQuery.debiasRule, type: .floatType)])
        }
        let userID = try user(path["id"])
        let known = try await readingProfiles { () async throws(StoreError) in
            try await ProductQuestion(graph: graph, vectors: profiles).vector(for: userID)
        }
        let question = if let known { known } else { try await existingProfile(path).vector }
        var products: [ProductMatch] = []
        if question.contains(where: { $0 != 0 }) {
            let near = try await readingProfiles { () async throws(StoreError) in
                let bought = try await profiles.boughtProducts(of: userID, limit: Self.maximumBought)
                return try await profiles.nearestProducts(
                    to: question, excluding: Set(bought), limit: MarginalRelevance.candidates)
            }
            products = MarginalRelevance.choose(limit, of: near, nearestTo: question, diversity: diversity) {
                ProductQuestion.factor($0, debias: debias)
            }
        }
        var json = JSONWriter()
        json.object { json in
            json.member("user_id", userID)
            json.key("products")
            json.array { json in
                for product in products {
                    json.object { json in
                        json.member("product_id", product.productID)
                        json.key("score")
                        json.float(product.score)
                        json.member("stand_in", product.isStandIn)
                    }
                }
            }
        }
        return .json(json.bytes)
    }

    private func matchLimit(_ request: HTTPRequest) throws(Problem) -> Int {
        guard let limit = Int(request.parameter("limit") ?? "20"), 1...Self.maximumMatches ~= limit else {
            throw .invalid([.query("limit", "limit is a number from 1 to \(Self.maximumMatches)", type: .intType)])
        }
        return limit
    }

    private func existingProfile(_ path: PathParameters) async throws(Problem) -> Profile {
        let userID = try user(path["id"])
        let found = try await readingProfiles { () async throws(StoreError) in
            try await profiles.profile(of: userID)
        }
        guard let found else {
            throw Problem(
                status: .notFound, code: "no-profile",
                detail: "User \(userID) has no interactions and therefore no profile.")
        }
        return found
    }

    private func readingProfiles<Result>(
        _ body: () async throws(StoreError) -> Result
    ) async throws(Problem) -> Result {
        do throws(StoreError) {
            return try await body()
        } catch {
            // Not the request is to blame, but what it found: a profile of before the catalogue.
            throw error.code == .rejected
                ? Problem(status: .conflict, code: "stale-profile", detail: "The profile cannot be used: \(error).")
                : .unavailable("The profiles cannot be read: \(error)")
        }
    }
}

extension Profile {
    /// Whether the vector points anywhere; interactions can cancel each other out.
    fileprivate var hasDirection: Bool { vector.contains { $0 != 0 } }
}
