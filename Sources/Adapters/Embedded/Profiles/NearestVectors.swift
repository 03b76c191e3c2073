import Stores

/// The best matches of a scan, best first, up to a limit.
struct NearestVectors {
    private let target: [Float]
    private let targetLength: Float
    private let limit: Int
    private(set) var matches: [VectorMatch] = []

    init(to target: [Float], limit: Int) {
        self.target = target
        self.limit = limit
        targetLength = Self.product(target, target).squareRoot()
    }

    mutating func offer(_ point: @autoclosure () -> VectorMatch.Point, _ vector: [Float]) {
        let score = cosine(vector)
        if matches.count == limit, let last = matches.last, score < last.score { return }
        let match = VectorMatch(point: point(), score: score)
        let place = matches.firstIndex { Self.precedes(match, $0) } ?? matches.endIndex
        matches.insert(match, at: place)
        if matches.count > limit { matches.removeLast() }
    }

    /// Zero if one of the two vectors is all zero.
    func cosine(_ vector: [Float]) -> Float {
        let length = Self.product(vector, vector).squareRoot() * targetLength
        return length > 0 ? Self.product(vector, target) / length : 0
    }

    private static func product(_ left: [Float], _ right: [Float]) -> Float {
        var sum: Float = 0
        for index in 0..<min(left.count, right.count) { sum += left[index] * right[index] }
        return sum
    }

    private static func precedes(_ left: VectorMatch, _ right: VectorMatch) -> Bool {
        if left.score != right.score { return left.score > right.score }
        switch (left.point, right.point) {
        case (.interaction(let left), .interaction(let right)): return left < right
        case (.user(let left), .user(let right)): return left < right
        case (.interaction, .user): return true
        case (.user, .interaction): return false
        }
    }
}
