/// Counts the co-views of one product over sessions that touched it.
///
/// In each session, the distinct products are taken in the order in which they were touched first. A product at a
/// distance of d places from the counted one adds ``unit`` / d, up to a distance of ``window``: whole numbers, so that the
/// sums are exact in any order of the sessions.
package struct CoViewCounter {
    /// What two neighbours in a session add to their co-views; divisible by every distance.
    package static let unit = 2520
    /// The greatest distance that counts.
    package static let window = 10

    /// The product whose co-views are counted.
    package let productID: Int64
    /// The co-views so far, by the other product.
    package private(set) var counts: [Int64: Int] = [:]

    /// The products of one session in order, kept to use its memory again.
    private var sequence: [Int64] = []
    private var known: Set<Int64> = []

    package init(productID: Int64) {
        self.productID = productID
    }

    /// Adds a session.
    ///
    /// - Parameter products: Those of the session's first ``CoViewQuery/interactionLimit`` interactions, in their order:
    ///   by time, equal times by event id. A product may be there more than once.
    package mutating func add(session products: some Sequence<Int64>) {
        sequence.removeAll(keepingCapacity: true)
        known.removeAll(keepingCapacity: true)
        var place: Int?
        for product in products {
            // Nothing behind the window of the counted product counts.
            if let place, sequence.count > place + Self.window { break }
            // Sessions are short, as a rule: looking through them is faster than hashing.
            let isKnown = sequence.count < 16 ? sequence.contains(product) : known.contains(product)
            if isKnown { continue }
            if product == productID { place = sequence.count }
            sequence.append(product)
            if sequence.count == 16 { known.formUnion(sequence) } else if sequence.count > 16 { known.insert(product) }
        }
        guard let place else { return }
        for index in max(0, place - Self.window)..<sequence.count where index != place {
            add(sequence[index], distance: abs(index - place))
        }
    }

    /// Adds what a product adds that stands so many places away in a session: 1 ... ``window``.
    package mutating func add(_ other: Int64, distance: Int) {
        counts[other, default: 0] += Self.unit / distance
    }
}
