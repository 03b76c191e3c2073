import Stores

/// What `GET /users/{id}/products` searches, in memory: the vectors of all products that a session touched, as
/// ``LearnedVector`` makes them.
struct LearnedVectors: Sendable {
    private let dimension: Int
    private var vectors: [Int64: [Float]] = [:]

    /// - Parameter dimension: The number of components; 1 or more.
    init(_ visits: borrowing Visits, dimension: Int) {
        self.dimension = dimension
        var signatures: [Int64: [Float]] = [:]
        for (product, sessions) in visits.sessions.enumerated() where sessions > 0 {
            let productID = visits.productID(Int32(product))
            signatures[productID] = Self.signature(of: productID, visits, dimension)
        }
        for (productID, signature) in signatures {
            let neighbours = visits.coViews(of: productID).sorted { $0.key < $1.key }.map { other, coViews in
                LearnedVector.Neighbour(
                    coViews: coViews, sessions: visits.sessions(of: other), signature: signatures[other] ?? [])
            }
            vectors[productID] = LearnedVector.make(signature: signature, neighbours: neighbours)
        }
    }

    /// The products nearest to the sum of the user's newest ones, by their weights.
    func list(for userID: Int64, _ visits: borrowing Visits, limit: Int) -> [Int64] {
        let user = visits.context(of: userID, limit: Recommender.contextLimit)
        var question = [Float](repeating: 0, count: dimension)
        for origin in Recommender.context(user) {
            let vector = vectors[origin.productID] ?? Self.signature(of: origin.productID, visits, dimension)
            for index in question.indices { question[index] += Float(origin.weight) * vector[index] }
        }
        let scores = vectors.mapValues { Double(zip($0, question).reduce(0) { $0 + $1.0 * $1.1 }) }
        return visits.list(scores, user, limit)
    }

    /// Where a product's features put it, before anything is learned of it.
    private static func signature(of productID: Int64, _ visits: borrowing Visits, _ dimension: Int) -> [Float] {
        let place = visits.places(of: [productID])[productID]
        return StandInVector.make(
            ProductFeatures(productID: productID, place: place), dimension: dimension)
    }
}
