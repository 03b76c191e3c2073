import Stores
import Synchronization

/// A ``CoViewStore`` in memory, which takes the events of a sorted log in their order. Safe to use from any task.
final class VisitIndex: CoViewStore {
    private struct State {
        var visits: Visits
        /// Co-views that were counted since the last event, by product; bounded.
        var counted: [Int64: [Int64: Int]] = [:]
    }

    /// The most products whose co-views are remembered.
    private static let rememberedLimit = 256

    private let state: Mutex<State>

    /// An index of a log, of which no event is known yet.
    init(log: EventLog) {
        state = Mutex(State(visits: Visits(log: log)))
    }

    /// Adds the event at this place of the log: to its user's context, and to what counts for everybody if it is counted.
    func add(_ number: Int, isCounted: Bool = true) {
        state.withLock {
            $0.visits.note(number)
            guard isCounted else { return }
            $0.visits.count(number)
            $0.counted.removeAll(keepingCapacity: true)
        }
    }

    /// Reads the visits themselves.
    func read<Answer: Sendable>(_ body: (borrowing Visits) -> Answer) -> Answer {
        state.withLock { body($0.visits) }
    }

    // MARK: - CoViewStore

    func context(of userID: Int64, limit: Int) -> UserContext {
        read { $0.context(of: userID, limit: limit) }
    }

    func coViews(_ query: CoViewQuery) -> CoViews {
        state.withLock { state in
            if state.counted.count > Self.rememberedLimit { state.counted.removeAll(keepingCapacity: true) }
            var answer = CoViews()
            for productID in query.products {
                let counts = state.counted[productID] ?? state.visits.coViews(of: productID)
                state.counted[productID] = counts
                if !counts.isEmpty { answer.counts[productID] = counts }
                state.visits.addSessions(of: productID, to: &answer)
                guard query.includesNeighbourSessions else { continue }
                for other in counts.keys { state.visits.addSessions(of: other, to: &answer) }
            }
            if query.includesCategories { state.visits.addCategories(of: query.products, to: &answer) }
            return answer
        }
    }

    func sessions(of products: [Int64]) -> [Int64: Int] {
        read { visits in Dictionary(uniqueKeysWithValues: products.map { ($0, visits.sessions(of: $0)) }) }
    }

    func mostVisited(excluding: Set<Int64>, limit: Int) -> [ProductVisits] {
        read { $0.mostVisited(excluding: excluding, limit: limit) }
    }

    func products(touchedIn sessions: Set<String>) -> Set<Int64> {
        read { $0.products(touchedIn: sessions) }
    }

    func places(of products: Set<Int64>) -> [Int64: ProductPlace] {
        read { $0.places(of: products) }
    }
}

extension Visits {
    func context(of userID: Int64, limit: Int) -> UserContext {
        guard let user = log.users.known(userID) else { return UserContext() }
        let newest = histories[user].suffix(limit).reversed().map { number in
            let row = log.rows[Int(number)]
            return UserContext.Product(
                productID: productID(row.product), time: row.time, isRemoved: !row.isTouch)
        }
        return UserContext(newest: newest, touched: touched[user])
    }

    func mostVisited(excluding: Set<Int64>, limit: Int) -> [ProductVisits] {
        var best: [ProductVisits] = []
        for (product, sessions) in sessions.enumerated() where sessions > 0 {
            // Nearly every product is told by its number alone, before it is looked up.
            if best.count == limit, sessions < best[limit - 1].sessions { continue }
            let productID = log.products.values[product]
            guard !excluding.contains(productID) else { continue }
            let place = best.firstIndex { ($0.sessions, productID) < (sessions, $0.productID) } ?? best.count
            best.insert(ProductVisits(productID: productID, sessions: sessions), at: place)
            if best.count > limit { best.removeLast() }
        }
        return best
    }

    func products(touchedIn sessions: Set<String>) -> Set<Int64> {
        Set(sessions.compactMap(log.sessions.known).flatMap { products(in: Int32($0)).map(productID) })
    }

    func places(of products: Set<Int64>) -> [Int64: ProductPlace] {
        var places: [Int64: ProductPlace] = [:]
        for productID in products { places[productID] = log.products.known(productID).flatMap { place(of: Int32($0)) } }
        return places
    }

    /// The number of sessions that touched a product.
    func sessions(of productID: Int64) -> Int { log.products.known(productID).map { sessions[$0] } ?? 0 }

    /// The distinct products of a session's first touches, in the order of those.
    func products(in session: Int32) -> [Int32] {
        var known: Set<Int32> = []
        return sequences[Int(session)].prefix(CoViewQuery.interactionLimit)
            .map { log.rows[Int($0)].product }
            .filter { known.insert($0).inserted }
    }

    /// The co-views of a product by the other product.
    func coViews(of productID: Int64) -> [Int64: Int] {
        guard let product = log.products.known(productID) else { return [:] }
        var counter = CoViewCounter(productID: productID)
        for number in visits[product].suffix(CoViewQuery.sessionLimit) {
            let sequence = sequences[Int(log.rows[Int(number)].session)]
            counter.add(
                session: sequence.prefix(CoViewQuery.interactionLimit).lazy.map {
                    self.productID(log.rows[Int($0)].product)
                })
        }
        return counter.counts
    }

    fileprivate func addSessions(of productID: Int64, to answer: inout CoViews) {
        let sessions = sessions(of: productID)
        if sessions > 0 { answer.sessions[productID] = sessions }
    }

    fileprivate func addCategories(of products: [Int64], to answer: inout CoViews) {
        answer.places = places(of: Set(products))
        for category in Set(answer.places.values.map(\.category)) {
            let products = (shelves[category] ?? []).map {
                CategoryShelf.Product(
                    productID: productID($0), sessions: sessions[Int($0)], brand: place(of: $0)?.brand)
            }
            var shelf = CategoryShelf(
                products: products.best(CoViewQuery.shelfLimit) {
                    ($1.sessions, $0.productID) < ($0.sessions, $1.productID)
                }, sessions: products.reduce(0) { $0 + $1.sessions }, sessionsByBrand: [:])
            for place in answer.places.values where place.category == category {
                guard let brand = place.brand, shelf.sessionsByBrand[brand] == nil else { continue }
                shelf.sessionsByBrand[brand] = products.reduce(0) { $0 + ($1.brand == brand ? $1.sessions : 0) }
            }
            answer.shelves[category] = shelf
        }
    }
}
