import Events
import HTTPMessages
import HTTPServer
import HTTPWire
import JSON
import Recommending
import Stores

extension HTTPAPI {
    /// `GET /users/{id}/recommendations?limit=&debias=&seen=`: products for the user, each with its reasons; the most
    /// visited ones for an unknown user.
    func recommendations(_ request: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        let userID = try user(path["id"])
        let query = try RecommendationQuery(request)
        let found = try await readingCoViews { recommender async throws(StoreError) in
            try await recommender.recommendations(for: userID, query)
        }
        return answer(query, found) { $0.member("user_id", userID) }
    }

    /// `GET /products/{id}/related?limit=&debias=`: the products that go with one; the most visited ones for an unknown
    /// product.
    func relatedProducts(_ request: HTTPRequest, _ path: PathParameters) async throws(Problem) -> HTTPResponse {
        let productID = try product(path["id"])
        let query = try RecommendationQuery(request)
        let found = try await readingCoViews { recommender async throws(StoreError) in
            try await recommender.recommendations(after: [productID], query)
        }
        return answer(query, found) { $0.member("product_id", productID) }
    }

    /// `POST /recommendations` with `{"products": [...]}`, newest first, and `limit`, `debias` and `seen` as well: for a
    /// session that is not stored, or not yet.
    func recommendationsForSession(
        _ request: HTTPRequest, _ path: PathParameters
    ) async throws(Problem) -> HTTPResponse {
        let session = try decodedBody(request, as: SessionQuery.init(json:))
        let found = try await readingCoViews { recommender async throws(StoreError) in
            try await recommender.recommendations(after: session.products, session.query)
        }
        return answer(session.query, found) { _ in }
    }

    private func readingCoViews(
        _ body: (Recommender) async throws(StoreError) -> [Recommendation]
    ) async throws(Problem) -> [Recommendation] {
        do throws(StoreError) {
            return try await body(Recommender(store: graph))
        } catch {
            throw .unavailable("The graph cannot be read: \(error)")
        }
    }

    private func answer(
        _ query: RecommendationQuery, _ found: [Recommendation], for subject: (inout JSONWriter) -> Void
    ) -> HTTPResponse {
        var json = JSONWriter()
        json.object { json in
            subject(&json)
            json.member("debias", query.debias)
            json.key("recommendations")
            json.recommendations(found)
        }
        return .json(json.bytes)
    }
}

extension RecommendationQuery {
    /// The query's parameters of a request.
    fileprivate init(_ request: HTTPRequest) throws(Problem) {
        self.init()
        var issues: [ValidationIssue] = []
        if let text = request.parameter("limit") {
            if let limit = Int(text).flatMap(Self.limit) {
                self.limit = limit
            } else {
                issues.append(.query("limit", Self.limitRule, type: .intType))
            }
        }
        if let text = request.parameter("debias") {
            if let debias = Double(text).flatMap(Self.debias) {
                self.debias = debias
            } else {
                issues.append(.query("debias", Self.debiasRule, type: .floatType))
            }
        }
        if let text = request.parameter("seen") {
            if let includesSeen = Self.includesSeen(text) {
                self.includesSeen = includesSeen
            } else {
                issues.append(.query("seen", Self.seenRule, type: .enumeration))
            }
        }
        guard issues.isEmpty else { throw .invalid(issues) }
    }
}
