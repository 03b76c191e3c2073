import Stores

// What the walk is compared with. Every list is filled up with the most visited products, as the walk's own is, and leaves
// out what the user has to do with; of equal scores, the smaller id goes first.

extension Visits {
    /// The most sessions of a product that baselines look at: the newest.
    private static let sessionLimit = 1_000
    /// How many sessions V-SKNN samples, and how many of them are neighbours.
    private static let (sampleLimit, neighbourLimit) = (500, 100)
    /// The most products of a running session that V-SKNN looks at: the newest.
    private static let runningLimit = 100

    /// Cosines: of sessions as sets of products, how many hold both products, over the root of how many hold either, summed
    /// over the user's newest products with their weights.
    func cosineList(for userID: Int64, limit: Int) -> [Int64] {
        let user = context(of: userID, limit: Recommender.contextLimit)
        var scores: [Int64: Double] = [:]
        for origin in Recommender.context(user) where origin.weight > 0 {
            guard let product = log.products.known(origin.productID) else { continue }
            var common: [Int32: Int] = [:]
            for number in visits[product].suffix(Self.sessionLimit) {
                for other in products(in: log.rows[Int(number)].session) { common[other, default: 0] += 1 }
            }
            for (other, count) in common {
                let product = Double(sessions[product]) * Double(sessions[Int(other)])
                scores[productID(other), default: 0] += origin.weight * Double(count) / product.squareRoot()
            }
        }
        return list(scores, user, limit)
    }

    /// V-SKNN (Ludewig and Jannach, 2018): of the newest sessions that share a product with the running one, the nearest
    /// give their products. A shared product counts by its place in the running session, the newest most.
    func neighbourList(for userID: Int64, session: Int32, limit: Int) -> [Int64] {
        let user = context(of: userID, limit: Recommender.contextLimit)
        let running = runningProducts(of: userID, session)
        var weights: [Int32: Double] = [:]
        var candidates: Set<Int32> = []
        for (place, product) in running.enumerated() {
            weights[product] = Double(running.count - place) / Double(running.count)
            for number in visits[Int(product)].suffix(Self.sampleLimit) {
                candidates.insert(log.rows[Int(number)].session)
            }
        }
        candidates.remove(session)
        let sample = candidates.map { (session: $0, last: sequences[Int($0)].last ?? -1) }
            .sorted { $1.last < $0.last }
            .prefix(Self.sampleLimit)
        let neighbours = sample.enumerated()
            .map { age, candidate in
                let products = products(in: candidate.session)
                return (products: products, age: age, similarity: products.reduce(0.0) { $0 + (weights[$1] ?? 0) })
            }
            .best(Self.neighbourLimit) { ($1.similarity, $0.age) < ($0.similarity, $1.age) }
        var scores: [Int64: Double] = [:]
        for neighbour in neighbours {
            for product in neighbour.products { scores[productID(product), default: 0] += neighbour.similarity }
        }
        return list(scores, user, limit)
    }

    /// The most visited products.
    func popularList(for userID: Int64, limit: Int) -> [Int64] {
        list([:], context(of: userID, limit: Recommender.contextLimit), limit)
    }

    // MARK: - Parts

    /// The products that a user touched last in the running session, newest first. The user's history knows them even
    /// where the session does not count yet.
    private func runningProducts(of userID: Int64, _ session: Int32) -> [Int32] {
        guard let user = log.users.known(userID) else { return [] }
        return histories[user].reversed().lazy.map { log.rows[Int($0)] }
            .filter { $0.session == session && $0.isTouch }
            .prefix(Self.runningLimit).map(\.product)
    }

    func list(_ scores: [Int64: Double], _ user: UserContext, _ limit: Int) -> [Int64] {
        let known = user.touched.union(user.newest.map(\.productID))
        let best = scores.filter { $0.value > 0 && !known.contains($0.key) }
            .map { (productID: $0.key, score: $0.value) }
            .best(limit) { ($1.score, $0.productID) < ($0.score, $1.productID) }
            .map(\.productID)
        guard best.count < limit else { return best }
        return best + mostVisited(excluding: known.union(best), limit: limit - best.count).map(\.productID)
    }
}
