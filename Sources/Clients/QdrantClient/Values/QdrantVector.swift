/// What vectors need before they are sent. Functions only, safe to use from any thread.
public enum QdrantVector {
    /// Whether every number is finite. Qdrant takes an infinite number, and then has the point at the head of every search.
    ///
    /// - Parameter vector: The numbers.
    public static func isFinite(_ vector: Span<Float>) -> Bool {
        // The exponents of infinite numbers and of NaN are all ones; without a branch, many are tested at once.
        var isFinite = true
        for index in vector.indices where vector[index].bitPattern & 0x7f80_0000 == 0x7f80_0000 { isFinite = false }
        return isFinite
    }

    /// A vector of the same direction and of length 1.
    ///
    /// Computed in double precision, which neither overflows nor vanishes for any finite Float; Qdrant's own
    /// normalisation leaves vectors as they are that are shorter than 3.45e-4, and makes zeros of those from 1.9e19 on.
    ///
    /// - Parameter vector: The numbers.
    /// - Returns: The vector of length 1; nil for a vector of zeros, without numbers, or with one that is not finite.
    public static func normalised(_ vector: Span<Float>) -> [Float]? {
        var sum = 0.0
        for index in vector.indices {
            let component = Double(vector[index])
            sum += component * component
        }
        // The square of the least Float is 2e-90, of the largest 1e77.
        guard sum.isFinite, sum > 0 else { return nil }
        let factor = 1 / sum.squareRoot()
        var result: [Float] = []
        result.append(addingCapacity: vector.count) { output in
            for index in vector.indices { output.append(Float(Double(vector[index]) * factor)) }
        }
        return result
    }

    /// As ``normalised(_:)-(Span<Float>)``, for sums that were made in double precision.
    ///
    /// - Parameter vector: The numbers.
    /// - Returns: The vector of length 1; nil for a vector of zeros, without numbers, or with one that is not finite.
    public static func normalised(_ vector: Span<Double>) -> [Float]? {
        var largest = 0.0
        for index in vector.indices { largest = max(largest, vector[index].magnitude) }
        guard largest.isFinite, largest > 0 else { return nil }
        var sum = 0.0
        for index in vector.indices {
            let component = vector[index] / largest
            sum += component * component
        }
        guard sum.isFinite else { return nil }
        let length = sum.squareRoot()
        var result: [Float] = []
        result.append(addingCapacity: vector.count) { output in
            for index in vector.indices { output.append(Float(vector[index] / largest / length)) }
        }
        return result
    }
}
