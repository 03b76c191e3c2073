/// Vectors of the shop's catalogue as every store keeps them: checked, of length one, sorted by product.
///
/// Of length one, because a longer vector would count more in the sum of a profile, whatever its user did.
package struct CatalogueVectors: Sendable {
    /// The most components that a vector may have: what Qdrant takes.
    package static let maximumDimension = 65_536

    /// The number of components of each vector; 0 if there are none.
    package let dimension: Int
    /// The vectors, by ascending id.
    package let vectors: [(productID: Int64, vector: [Float])]

    /// - Throws: `.rejected`, with the product that is to blame: all vectors need the same number of components, which are
    ///   finite and not all zero, and ids of products are 1 or more.
    package init(_ vectors: [Int64: [Float]]) throws(StoreError) {
        let sorted = vectors.sorted { $0.key < $1.key }
        let dimension = sorted.first?.value.count ?? 0
        var checked: [(productID: Int64, vector: [Float])] = []
        checked.reserveCapacity(sorted.count)
        for (productID, vector) in sorted {
            if let fault = Self.fault(productID, vector, dimension) { throw StoreError(.rejected, fault) }
            checked.append((productID, Self.ofLengthOne(vector)))
        }
        self.dimension = dimension
        self.vectors = checked
    }

    /// Checks that these vectors go into a catalogue whose vectors have `known` components; 0 for an empty catalogue.
    ///
    /// - Throws: `.rejected` if they do not.
    package func checkFits(known: Int) throws(StoreError) {
        guard known == 0 || dimension == 0 || known == dimension else {
            throw StoreError(
                .rejected,
                "the catalogue has vectors of \(known) components, these have \(dimension); all vectors of a catalogue "
                    + "come from the same model")
        }
    }

    private static func fault(_ productID: Int64, _ vector: [Float], _ dimension: Int) -> String? {
        if productID < 1 { return "\(productID) is no id of a product: ids are whole numbers from 1 to 2^63-1" }
        if let fault = fault(of: vector) { return "product \(productID): \(fault)" }
        if vector.count == dimension { return nil }
        return "product \(productID): the vector has \(vector.count) components, others have \(dimension)"
    }

    /// What keeps `vector` from being one of a catalogue, as a sentence; nil if nothing does.
    package static func fault(of vector: [Float]) -> String? {
        guard 1...maximumDimension ~= vector.count else {
            return "the vector has \(vector.count) components; 1 to \(maximumDimension) are taken"
        }
        if let place = vector.firstIndex(where: { !$0.isFinite }) {
            return "component \(place) of the vector, counted from 0, is no finite number"
        }
        return vector.contains { $0 != 0 } ? nil : "the vector is all zero, which has no direction"
    }

    private static func ofLengthOne(_ vector: [Float]) -> [Float] {
        // In double precision no square of a Float overflows or vanishes.
        var square = 0.0
        for component in vector { square += Double(component) * Double(component) }
        let length = square.squareRoot()
        return vector.map { Float(Double($0) / length) }
    }
}
