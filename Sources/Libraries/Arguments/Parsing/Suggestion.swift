/// Finds what a user may have meant by a mistyped word.
enum Suggestion {
    /// `; did you mean 'x'?` for the candidate nearest to `word`, or nothing if none is near.
    static func phrase(for word: String, among candidates: [String]) -> String {
        guard let best = nearest(to: word, among: candidates) else { return "" }
        return "; did you mean '\(best)'?"
    }

    /// The candidate that differs least from `word`, within what typing errors explain; else one it abbreviates.
    ///
    /// Of candidates that differ as much, the one with the longest common beginning: it is rarely mistyped.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let word = word.lowercased()
        let letters = Array(word.utf8)
        var best: (candidate: String, distance: Int, agreement: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().utf8)
            let allowed = other.count <= 4 ? 1 : other.count <= 8 ? 2 : 3
            // The lengths bound the distance from below, and keep a huge word from costing anything.
            guard abs(letters.count - other.count) <= allowed else { continue }
            let distance = distance(letters, other)
            guard distance <= allowed else { continue }
            let agreement = zip(letters, other).prefix { $0 == $1 }.count
            if let best, (best.distance, -best.agreement) <= (distance, -agreement) { continue }
            best = (candidate, distance, agreement)
        }
        if let best { return best.candidate }
        let name = word.drop { $0 == "-" }
        return name.count < 2 ? nil : candidates.first { $0.lowercased().hasPrefix(word) }
    }

    /// The least number of insertions, deletions, replacements and swaps of neighbours that make `left` into `right`
    /// (Damerau-Levenshtein, each place edited once).
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = last[column] + (letter == other ? 0 : 1)
                var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
