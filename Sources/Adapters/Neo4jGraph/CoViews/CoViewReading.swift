import BoltClient
import BoltWire
import Events
import Stores

/// Reads what recommendations are computed from. Which sessions count is the server's work, by its indexes; sequences are
/// counted here, by the code of all stores.
struct CoViewReading: Sendable {
    let reading: GraphReading
    /// How many of a product's interactions are looked through for its newest sessions, before more of them are.
    var firstLimit = 2 * CoViewQuery.sessionLimit

    static let sessions = """
        UNWIND $products AS id
        CALL (id) {
          MATCH ()-[r:INTERACTED]->()
          USING INDEX r:INTERACTED(product_id, event_at)
          WHERE r.product_id = id AND r.event_at >= \(CoViewPatterns.least) AND r.event_type IN \(CoViewPatterns.touches)
            AND r.session_id IS NOT NULL
          WITH r ORDER BY r.product_id DESC, r.event_at DESC, r.event_id DESC LIMIT $limit
          RETURN collect(DISTINCT r.session_id) AS sessions, count(*) AS seen
        }
        RETURN id, sessions[..$most], seen
        """

    /// A session is sorted after it was read, since sessions are short: an index in the order of time would be a third one,
    /// which every write pays for.
    static let sequences = """
        UNWIND $sessions AS session
        CALL (session) {
          MATCH ()-[r:INTERACTED]->()
          USING INDEX r:INTERACTED(session_id, product_id)
          WHERE r.session_id = session AND r.product_id >= \(CoViewPatterns.least)
            AND r.event_at IS NOT NULL AND r.event_type IN \(CoViewPatterns.touches)
          WITH r ORDER BY r.event_at, r.event_id LIMIT $limit
          RETURN collect(r.product_id) AS products
        }
        RETURN session, products
        """

    private static let products = """
        UNWIND $products AS id
        MATCH (p:Product {product_id: id}) WHERE p.sessions > 0
        RETURN id, p.sessions, p.category, p.brand
        """

    private static let shelves = """
        UNWIND $categories AS category
        CALL (category) {
          MATCH (p:Product) WHERE p.category = category AND p.sessions > 0
          WITH p ORDER BY p.sessions DESC, p.product_id LIMIT $limit
          RETURN collect([p.product_id, p.sessions, p.brand]) AS products
        }
        RETURN category, products
        """

    private static let sums = """
        UNWIND $categories AS category
        MATCH (p:Product) WHERE p.category = category AND p.sessions > 0
        RETURN category, CASE WHEN p.brand IN $brands THEN p.brand END AS brand, sum(p.sessions)
        """

    private static let popular = """
        MATCH (p:Product) WHERE p.sessions > 0 AND NOT p.product_id IN $excluding
        RETURN p.product_id, p.sessions ORDER BY p.sessions DESC, p.product_id LIMIT $limit
        """

    func coViews(_ query: CoViewQuery) async throws(BoltError) -> CoViews {
        var answer = CoViews()
        let sessions = try await sessions(of: query.products)
        let sequences = try await sequences(of: Set(sessions.values.joined()))
        for (product, own) in sessions {
            var counter = CoViewCounter(productID: product)
            for session in own { counter.add(session: sequences[session] ?? []) }
            if !counter.counts.isEmpty { answer.counts[product] = counter.counts }
        }
        let asked = Set(query.products)
        let named = query.includesNeighbourSessions ? asked.union(answer.counts.values.flatMap(\.keys)) : asked
        for row in try await reading.read(Self.products, ["products": .ids(named)], atMost: named.count) {
            guard row.count == 4, let id = row[0].integer.map(Int64.init), let visits = row[1].integer else { continue }
            answer.sessions[id] = visits
            guard query.includesCategories, asked.contains(id), let category = row[2].string else { continue }
            answer.places[id] = ProductPlace(category: category, brand: row[3].string)
        }
        answer.shelves = try await shelves(of: answer.places.values)
        return answer
    }

    func products(touchedIn sessions: Set<String>) async throws(BoltError) -> Set<Int64> {
        Set(try await sequences(of: sessions).values.joined())
    }

    func places(of products: Set<Int64>) async throws(BoltError) -> [Int64: ProductPlace] {
        var places: [Int64: ProductPlace] = [:]
        for row in try await reading.read(Self.products, ["products": .ids(products)], atMost: products.count) {
            guard row.count == 4, let id = row[0].integer.map(Int64.init), let category = row[2].string else {
                continue
            }
            places[id] = ProductPlace(category: category, brand: row[3].string)
        }
        return places
    }

    func sessionCounts(of products: [Int64]) async throws(BoltError) -> [Int64: Int] {
        let rows = try await reading.read(Self.products, ["products": .ids(products)], atMost: products.count)
        var sessions: [Int64: Int] = [:]
        for row in rows {
            guard row.count == 4, let id = row[0].integer.map(Int64.init) else { continue }
            sessions[id] = row[1].integer
        }
        return sessions
    }

    /// The newest sessions that touched each product, as many as count.
    private func sessions(of products: [Int64]) async throws(BoltError) -> [Int64: [String]] {
        var found: [Int64: [String]] = [:]
        var open = products
        var limit = firstLimit
        while !open.isEmpty {
            let rows = try await reading.read(
                Self.sessions,
                ["products": .ids(open), "limit": .integer(limit), "most": .integer(CoViewQuery.sessionLimit)],
                atMost: open.count)
            open = []
            for row in rows {
                guard row.count == 3, let id = row[0].integer.map(Int64.init) else { continue }
                let sessions = (row[1].list ?? []).compactMap(\.string)
                found[id] = sessions
                // Few sessions with many interactions each: the others are behind them.
                if sessions.count < CoViewQuery.sessionLimit, row[2].integer == limit { open.append(id) }
            }
            limit *= 4
        }
        return found
    }

    private func sequences(of sessions: Set<String>) async throws(BoltError) -> [String: [Int64]] {
        guard !sessions.isEmpty else { return [:] }
        let rows = try await reading.read(
            Self.sequences,
            [
                "sessions": .list(sessions.map { .string($0) }), "limit": .integer(CoViewQuery.interactionLimit),
            ], atMost: sessions.count)
        var found: [String: [Int64]] = [:]
        for row in rows {
            guard row.count == 2, let session = row[0].string else { continue }
            found[session] = (row[1].list ?? []).compactMap { $0.integer.map(Int64.init) }
        }
        return found
    }

    private func shelves(of places: some Sequence<ProductPlace>) async throws(BoltError) -> [String: CategoryShelf] {
        let brands = Dictionary(grouping: places, by: \.category).mapValues { Set($0.compactMap(\.brand)) }
        guard !brands.isEmpty else { return [:] }
        let categories = BoltValue.list(brands.keys.map { .string($0) })
        var shelves = brands.mapValues { own in
            CategoryShelf(
                products: [], sessions: 0, sessionsByBrand: Dictionary(uniqueKeysWithValues: own.map { ($0, 0) }))
        }
        let tops = try await reading.read(
            Self.shelves, ["categories": categories, "limit": .integer(CoViewQuery.shelfLimit)], atMost: brands.count)
        for row in tops {
            guard row.count == 2, let category = row[0].string else { continue }
            shelves[category]?.products = (row[1].list ?? []).compactMap { CategoryShelf.Product($0.list ?? []) }
        }
        let all = Set(brands.values.joined())
        let sums = try await reading.read(
            Self.sums, ["categories": categories, "brands": .list(all.map { .string($0) })],
            atMost: brands.count * (all.count + 1))
        for row in sums {
            guard row.count == 3, let category = row[0].string, let sum = row[2].integer else { continue }
            shelves[category]?.sessions += sum
            if let brand = row[1].string, brands[category]?.contains(brand) == true {
                shelves[category]?.sessionsByBrand[brand] = sum
            }
        }
        return shelves
    }

    func mostVisited(excluding: Set<Int64>, limit: Int) async throws(BoltError) -> [ProductVisits] {
        try await reading.read(
            Self.popular, ["excluding": .ids(excluding), "limit": .integer(limit)], atMost: limit
        ).compactMap { row in
            guard row.count == 2, let id = row[0].integer, let sessions = row[1].integer else { return nil }
            return ProductVisits(productID: Int64(id), sessions: sessions)
        }
    }
}

extension CategoryShelf.Product {
    fileprivate init?(_ values: [BoltValue]) {
        guard values.count == 3, let id = values[0].integer, let sessions = values[1].integer else { return nil }
        self.init(productID: Int64(id), sessions: sessions, brand: values[2].string)
    }
}

extension BoltValue {
    /// Ids of products.
    static func ids(_ ids: some Sequence<Int64>) -> BoltValue {
        .list(ids.map { .integer(Int($0)) })
    }
}
