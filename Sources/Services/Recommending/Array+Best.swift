extension Array {
    /// The first `limit` elements in an order, without sorting the others.
    func best(_ limit: Int, by goesBefore: (Element, Element) -> Bool) -> [Element] {
        guard count > limit else { return sorted(by: goesBefore) }
        guard limit > 0 else { return [] }
        var best: [Element] = []
        for element in self {
            if best.count == limit, !goesBefore(element, best[limit - 1]) { continue }
            let index = best.firstIndex { goesBefore(element, $0) } ?? best.count
            best.insert(element, at: index)
            if best.count > limit { best.removeLast() }
        }
        return best
    }
}
