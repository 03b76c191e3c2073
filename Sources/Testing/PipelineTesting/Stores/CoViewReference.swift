package import Events
package import Stores

/// What a ``CoViewStore`` has to answer, computed from all events at once, as the definitions say and no faster.
package struct CoViewReference: Sendable {
    /// In the order of sessions: by time, then by id.
    private let events: [Event]

    package init(_ events: some Sequence<Event>) {
        self.events = events.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    package func answer(_ question: CoViewQuestion) -> CoViewAnswer {
        switch question {
        case .context(let userID, let limit): .context(context(of: userID, limit: limit))
        case .coViews(let query): .coViews(coViews(query))
        case .sessions(let products): .sessions(sessions(of: products))
        case .mostVisited(let excluding, let limit): .mostVisited(mostVisited(excluding: excluding, limit: limit))
        }
    }

    package func context(of userID: Int64, limit: Int) -> UserContext {
        let own = events.filter { $0.userID == userID }
        var newest: [UserContext.Product] = []
        for event in own.reversed() where !newest.contains(where: { $0.productID == event.productID }) {
            newest.append(
                UserContext.Product(
                    productID: event.productID, time: event.time, isRemoved: event.type == .removeFromCart))
        }
        return UserContext(
            newest: Array(newest.prefix(limit)), touched: Set(own.filter(\.isTouch).map(\.productID)))
    }

    package func coViews(_ query: CoViewQuery) -> CoViews {
        let touches = events.filter(\.isTouch)
        let bySession = Dictionary(grouping: touches, by: \.session)
        let visits = sessionCounts
        var answer = CoViews()
        for product in query.products {
            var counter = CoViewCounter(productID: product)
            var sessions: [String] = []
            for event in touches.reversed() where event.productID == product && !sessions.contains(event.session) {
                sessions.append(event.session)
            }
            for session in sessions.prefix(CoViewQuery.sessionLimit) {
                let first = (bySession[session] ?? []).prefix(CoViewQuery.interactionLimit)
                counter.add(session: first.map(\.productID))
            }
            if !counter.counts.isEmpty { answer.counts[product] = counter.counts }
        }
        var named = Set(query.products)
        if query.includesNeighbourSessions { named.formUnion(answer.counts.values.flatMap(\.keys)) }
        answer.sessions = visits.filter { named.contains($0.key) }
        guard query.includesCategories else { return answer }

        let places = places
        for product in query.products { answer.places[product] = places[product] }
        for category in Set(answer.places.values.map(\.category)) {
            let all = visits.filter { places[$0.key]?.category == category }
            let products = all.map {
                CategoryShelf.Product(productID: $0.key, sessions: $0.value, brand: places[$0.key]?.brand)
            }
            let brands = Set(answer.places.values.filter { $0.category == category }.compactMap(\.brand))
            answer.shelves[category] = CategoryShelf(
                products: Array(
                    products.sorted { ($1.sessions, $0.productID) < ($0.sessions, $1.productID) }
                        .prefix(CoViewQuery.shelfLimit)),
                sessions: all.values.reduce(0, +),
                sessionsByBrand: Dictionary(
                    uniqueKeysWithValues: brands.map { brand in
                        (brand, products.filter { $0.brand == brand }.map(\.sessions).reduce(0, +))
                    }))
        }
        return answer
    }

    package func sessions(of products: [Int64]) -> [Int64: Int] {
        let visits = sessionCounts
        return visits.filter { products.contains($0.key) }
    }

    package func mostVisited(excluding: Set<Int64>, limit: Int) -> [ProductVisits] {
        let all = sessionCounts.filter { !excluding.contains($0.key) }
            .map { ProductVisits(productID: $0.key, sessions: $0.value) }
            .sorted { ($1.sessions, $0.productID) < ($0.sessions, $1.productID) }
        return Array(all.prefix(limit))
    }

    package func products(touchedIn sessions: Set<String>) -> Set<Int64> {
        let touches = Dictionary(grouping: events.filter { $0.isTouch && sessions.contains($0.session) }, by: \.session)
        return Set(touches.values.flatMap { $0.prefix(CoViewQuery.interactionLimit).map(\.productID) })
    }

    package func places(of products: Set<Int64>) -> [Int64: ProductPlace] {
        places.filter { products.contains($0.key) }
    }

    private var sessionCounts: [Int64: Int] {
        Dictionary(grouping: events.filter(\.isTouch), by: \.productID).mapValues { Set($0.map(\.session)).count }
    }

    private var places: [Int64: ProductPlace] {
        var places: [Int64: ProductPlace] = [:]
        for event in events {
            if let place = event.place { places[event.productID] = place }
        }
        return places
    }
}
