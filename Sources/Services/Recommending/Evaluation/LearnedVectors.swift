import Stores

/// Vectors of products, learned from which of them were touched in the same sessions: a product's signature, which its
/// features give, and the sum of the signatures of what was touched beside it, one half each.
///
/// v_j = unit(f_j + unit(sum over i of c_ji / sqrt(n_i) * f_i)), with the signature f, co-views c and sessions n. A pure
/// function of the visits.
struct LearnedVectors: Sendable {
    private typealias Vector = [SIMD8<Float>]

    private let dimension: Int
    private var productIDs: [Int64] = []
    private var vectors: [Vector] = []
    /// Where a product is in the lists, by id.
    private var places: [Int64: Int] = [:]

    /// Learns vectors of all products that a session touched.
    ///
    /// - Parameter dimension: The number of components; a multiple of 8.
    init(_ visits: borrowing Visits, dimension: Int) {
        self.dimension = dimension
        let products = visits.sessions.indices.filter { visits.sessions[$0] > 0 }
        productIDs = products.map { visits.productID(Int32($0)) }
        for (place, productID) in productIDs.enumerated() { places[productID] = place }
        let signatures = products.map {
            Self.signature(of: visits.productID(Int32($0)), visits.place(of: Int32($0)), dimension)
        }
        for (productID, signature) in zip(productIDs, signatures) {
            var sum = Vector(repeating: .zero, count: dimension / 8)
            // In the order of ids, as sums of Floats depend on their order.
            for (other, count) in visits.coViews(of: productID).sorted(by: { $0.key < $1.key }) {
                guard let place = places[other] else { continue }
                let root = Double(visits.sessions[products[place]]).squareRoot()
                Self.add(signatures[place], times: Float(Double(count) / root), to: &sum)
            }
            Self.makeUnit(&sum)
            Self.add(signature, times: 1, to: &sum)
            Self.makeUnit(&sum)
            vectors.append(sum)
        }
    }

    /// The products nearest to the sum of the user's newest ones, by their weights. A product that no session touched yet
    /// is where its signature is.
    func list(for userID: Int64, _ visits: borrowing Visits, limit: Int) -> [Int64] {
        let user = visits.context(of: userID, limit: Recommender.contextLimit)
        var question = Vector(repeating: .zero, count: dimension / 8)
        for origin in Recommender.context(user) where origin.weight > 0 {
            let vector =
                places[origin.productID].map { vectors[$0] }
                ?? Self.signature(
                    of: origin.productID, visits.place(of: origin.productID, accordingTo: userID), dimension)
            Self.add(vector, times: Float(origin.weight), to: &question)
        }
        let scores = zip(productIDs, vectors).map { productID, vector in
            (productID, Double(zip(vector, question).reduce(into: SIMD8<Float>.zero) { $0 += $1.0 * $1.1 }.sum()))
        }
        return visits.list(Dictionary(uniqueKeysWithValues: scores), user, limit)
    }

    private static func signature(of productID: Int64, _ place: ProductPlace?, _ dimension: Int) -> Vector {
        let components = StandInVector.make(
            ProductFeatures(productID: productID, categoryCode: place?.category, brand: place?.brand),
            dimension: dimension)
        return stride(from: 0, to: dimension, by: 8).map { SIMD8(components[$0..<$0 + 8]) }
    }

    private static func add(_ vector: Vector, times factor: Float, to sum: inout Vector) {
        for index in sum.indices { sum[index] += vector[index] * factor }
    }

    /// Scales a vector to length one, unless it is all zero.
    private static func makeUnit(_ vector: inout Vector) {
        let square = vector.reduce(into: SIMD8<Float>.zero) { $0 += $1 * $1 }.sum()
        guard square > 0 else { return }
        let factor = 1 / square.squareRoot()
        for index in vector.indices { vector[index] *= factor }
    }
}
