import Events
import SQLite
import Stores

/// Answers from the tables of co-views, at one moment.
struct CoViewReading {
    let connection: Connection

    func answer(_ question: CoViewQuestion) throws(SQLiteError) -> CoViewAnswer {
        switch question {
        case .context(let userID, let limit): .context(try context(of: userID, limit: limit))
        case .coViews(let query): .coViews(try coViews(query))
        case .sessions(let products): .sessions(try sessions(of: products))
        case .mostVisited(let excluding, let limit): .mostVisited(try mostVisited(excluding: excluding, limit: limit))
        }
    }

    func context(of userID: Int64, limit: Int) throws(SQLiteError) -> UserContext {
        var context = UserContext()
        var known: Set<Int64> = []
        try connection.forEach(
            """
            SELECT product_id, time, type FROM interactions
            WHERE user_id = ? ORDER BY time DESC, id_high DESC, id_low DESC
            """, userID
        ) { row in
            let product = row.int64(0)
            let isRemoved = row.int64(2) == EventType.removeFromCart.column
            if !isRemoved { context.touched.insert(product) }
            guard known.insert(product).inserted, context.newest.count < limit else { return }
            context.newest.append(
                UserContext.Product(
                    productID: product, time: Timestamp(microseconds: row.int64(1)), isRemoved: isRemoved))
        }
        return context
    }

    func coViews(_ query: CoViewQuery) throws(SQLiteError) -> CoViews {
        var answer = CoViews()
        var named = Set(query.products)
        for product in query.products {
            var counter = CoViewCounter(productID: product)
            try connection.forEach(
                """
                SELECT neighbours FROM visits
                WHERE product_id = ? ORDER BY time DESC, id_high DESC, id_low DESC LIMIT ?
                """, product, CoViewQuery.sessionLimit
            ) { row in row.withSpan(0) { Neighbours.forEach($0) { counter.add($0, distance: $1) } } }
            guard !counter.counts.isEmpty else { continue }
            if query.includesNeighbourSessions { named.formUnion(counter.counts.keys) }
            answer.counts[product] = counter.counts
        }
        answer.sessions = try sessions(of: named)
        if query.includesCategories { try addShelves(of: query.products, to: &answer) }
        return answer
    }

    func mostVisited(excluding: Set<Int64>, limit: Int) throws(SQLiteError) -> [ProductVisits] {
        let wanted = excluding.count + limit
        var rows = try connection.query(
            """
            SELECT product_id, sessions FROM products WHERE sessions >= 8
            ORDER BY sessions DESC, product_id LIMIT ?
            """, wanted
        ) { row in ProductVisits(productID: row.int64(0), sessions: row.int(1)) }
        if rows.count < wanted {
            // There are that few, so the others are looked through.
            rows = try connection.query(
                """
                SELECT product_id, sessions FROM products WHERE sessions > 0
                ORDER BY sessions DESC, product_id LIMIT ?
                """, wanted
            ) { row in ProductVisits(productID: row.int64(0), sessions: row.int(1)) }
        }
        return Array(rows.lazy.filter { !excluding.contains($0.productID) }.prefix(limit))
    }

    func products(touchedIn sessions: Set<String>) throws(SQLiteError) -> Set<Int64> {
        var products: Set<Int64> = []
        for name in sessions { products.formUnion(try connection.session(named: name)?.touches.sequence ?? []) }
        return products
    }

    func places(of products: Set<Int64>) throws(SQLiteError) -> [Int64: ProductPlace] {
        var places: [Int64: ProductPlace] = [:]
        for product in products.sorted() {
            places[product] = try connection.first(
                "SELECT name, brand FROM products JOIN categories USING (category) WHERE product_id = ?", product
            ) { row in ProductPlace(category: row.string(0), brand: row.optionalString(1)) }
        }
        return places
    }

    func sessions(of products: some Sequence<Int64>) throws(SQLiteError) -> [Int64: Int] {
        var sessions: [Int64: Int] = [:]
        // In the order of the table, whose pages stay at hand.
        for product in products.sorted() {
            let count = try connection.first("SELECT sessions FROM products WHERE product_id = ?", product) {
                $0.int(0)
            }
            if let count, count > 0 { sessions[product] = count }
        }
        return sessions
    }

    private func addShelves(of products: [Int64], to answer: inout CoViews) throws(SQLiteError) {
        var brands: [Int64: Set<String>] = [:]
        var names: [Int64: String] = [:]
        for product in products {
            try connection.forEach(
                """
                SELECT category, name, brand FROM products JOIN categories USING (category) WHERE product_id = ?
                """, product
            ) { row in
                let place = ProductPlace(category: row.string(1), brand: row.optionalString(2))
                answer.places[product] = place
                names[row.int64(0)] = place.category
                brands[row.int64(0), default: []].formUnion(place.brand.map { [$0] } ?? [])
            }
        }
        for (category, name) in names {
            answer.shelves[name] = try shelf(category, brands: brands[category] ?? [])
        }
    }

    private func shelf(_ category: Int64, brands: Set<String>) throws(SQLiteError) -> CategoryShelf {
        var shelf = CategoryShelf(products: [], sessions: 0, sessionsByBrand: [:])
        shelf.products = try connection.query(
            """
            SELECT product_id, sessions, brand FROM products WHERE category = ?
            ORDER BY sessions DESC, product_id LIMIT ?
            """, category, CoViewQuery.shelfLimit
        ) { row in
            CategoryShelf.Product(productID: row.int64(0), sessions: row.int(1), brand: row.optionalString(2))
        }
        shelf.sessions =
            try connection.first("SELECT sum(sessions) FROM shelves WHERE category = ?", category) { $0.int(0) } ?? 0
        for brand in brands {
            shelf.sessionsByBrand[brand] = try connection.first(
                "SELECT sessions FROM shelves WHERE category = ? AND brand = ?", category, brand
            ) { $0.int(0) }
        }
        return shelf
    }
}
