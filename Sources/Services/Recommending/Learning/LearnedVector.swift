/// The vector that is learned of a product: its signature, which its catalogue or its features give, and the sum of the
/// signatures of what is touched beside it, one half each.
///
/// v_j = unit(f_j + unit(sum over i of c_ji / sqrt(n_i) * f_i)), with the signature f, the co-views c and the sessions n.
enum LearnedVector {
    /// A product that was touched beside another.
    struct Neighbour {
        var coViews: Int
        /// How many sessions touched it; 1 or more.
        var sessions: Int
        /// As long as that of the product itself.
        var signature: [Float]
    }

    /// - Parameters:
    ///   - signature: The product's own, of length one.
    ///   - neighbours: In the order of their ids, as sums depend on their order.
    /// - Returns: A vector of length one; all zeros where the two halves cancel each other out.
    static func make(signature: [Float], neighbours: [Neighbour]) -> [Float] {
        var sum = [Double](repeating: 0, count: signature.count)
        for neighbour in neighbours {
            let factor = Double(neighbour.coViews) / Double(neighbour.sessions).squareRoot()
            for index in sum.indices { sum[index] += factor * Double(neighbour.signature[index]) }
        }
        var vector = unit(sum)
        for index in vector.indices { vector[index] += Double(signature[index]) }
        return unit(vector).map { Float($0) }
    }

    private static func unit(_ vector: [Double]) -> [Double] {
        var square = 0.0
        for component in vector { square += component * component }
        guard square > 0 else { return vector }
        let length = square.squareRoot()
        return vector.map { $0 / length }
    }
}
