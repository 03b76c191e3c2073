/// The best matches of a scan, best first, up to a limit; equal scores by point.
struct NearestVectors<Point: Comparable> {
    struct Match {
        var point: Point
        var score: Float
        var vector: [Float]
    }

    private let target: [Float]
    private let targetLength: Float
    private let limit: Int
    private(set) var matches: [Match] = []

    init(to target: [Float], limit: Int) {
        self.target = target
        self.limit = limit
        targetLength = Self.product(target, target).squareRoot()
    }

    /// A vector of another number of components matches nothing.
    mutating func offer(_ point: @autoclosure () -> Point, _ vector: [Float]) {
        guard vector.count == target.count else { return }
        let score = cosine(vector)
        if matches.count == limit, let last = matches.last, score < last.score { return }
        let match = Match(point: point(), score: score, vector: vector)
        let place = matches.firstIndex { Self.precedes(match, $0) } ?? matches.endIndex
        matches.insert(match, at: place)
        if matches.count > limit { matches.removeLast() }
    }

    /// Zero if one of the two vectors is all zero.
    private func cosine(_ vector: [Float]) -> Float {
        let length = Self.product(vector, vector).squareRoot() * targetLength
        return length > 0 ? Self.product(vector, target) / length : 0
    }

    private static func product(_ left: [Float], _ right: [Float]) -> Float {
        var sum: Float = 0
        for index in left.indices { sum += left[index] * right[index] }
        return sum
    }

    private static func precedes(_ left: Match, _ right: Match) -> Bool {
        left.score == right.score ? left.point < right.point : left.score > right.score
    }
}
