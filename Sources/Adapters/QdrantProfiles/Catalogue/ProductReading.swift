import Events
import JSON
import QdrantClient
import Stores

/// Finds products.
struct ProductReading: Sendable {
    /// Beyond the limit, for scores that are equal to the last, and for products that turn out to be in the catalogue.
    private static let margin = 32
    private static let mostPurchases = 16_384

    let reading: InteractionReading
    let layout: QdrantLayout

    private var server: QdrantServer { reading.server }

    func nearest(
        to vector: [Float], excluding: Set<Int64>, limit: Int
    ) async throws(StoreError) -> [ProductMatch] {
        guard vector.count == layout.dimension else {
            throw StoreError(
                .rejected,
                "the vector has \(vector.count) components, those of products have \(layout.dimension): run "
                    + "`debias-events profile rebuild`, which computes the profiles from the catalogue's vectors")
        }
        let unit = QdrantVector.normalised(vector.span) ?? vector
        let learned = LearnedVectors(server: server, layout: layout)
        let near = try await learned.nearest(to: unit, excluding: excluding, limit: limit + Self.margin)
        let catalogue = try await nearestOfCatalogue(unit, excluding, limit)
        let standIns = try await nearestWithInteractions(unit, excluding, limit)
        // Of a product that the catalogue has got since, or of which something was learned, the old vector says nothing.
        let known = Set(catalogue.map(\.productID))
        var others = catalogue + standIns.filter { !known.contains($0.productID) }
        let better = Set(near.map(\.productID))
        others.removeAll { better.contains($0.productID) }
        let changed = try await server.catalogueVectors(of: Set(others.map(\.productID)).subtracting(known), layout)
        let far = try await learned.read(Set(others.map(\.productID)))
        let matches =
            (near + far.values).map { product in
                var match = Self.match(product.productID, product.vector, to: unit, isStandIn: false)
                match.sessions = product.sessions
                return match
            }
            + others.filter { far[$0.productID] == nil }.map { match in
                guard let vector = changed[match.productID] else { return match }
                return Self.match(match.productID, vector, to: unit, isStandIn: false)
            }
        return Array(matches.sorted { $0.precedes($1) }.prefix(limit))
    }

    private func nearestOfCatalogue(
        _ unit: [Float], _ excluding: Set<Int64>, _ limit: Int
    ) async throws(StoreError) -> [ProductMatch] {
        guard layout.hasCatalogue else { return [] }
        let excluded = excluding.compactMap(QdrantPointID.init(product:))
        let query = QdrantQuery(
            .vector(unit), where: QdrantFilter(mustNot: excluded.isEmpty ? [] : [.hasID(excluded)]),
            limit: limit + Self.margin, with: QdrantFields(vector: true))
        let records = try await server.sendIfThere(.query(query, in: QdrantLayout.products)) ?? []
        return records.compactMap { record in
            guard let product = record.id.user, let vector = Self.unit(record) else { return nil }
            return Self.match(product, vector, to: unit, isStandIn: false)
        }
    }

    private func nearestWithInteractions(
        _ unit: [Float], _ excluding: Set<Int64>, _ limit: Int
    ) async throws(StoreError) -> [ProductMatch] {
        var filter = QdrantFilter(must: [.match("stand_in", .bool(true))])
        if !excluding.isEmpty { filter.mustNot.append(.matchAny("product_id", excluding.map { .integer($0) })) }
        let query = QdrantQuery(
            .vector(unit), where: filter, limit: limit + Self.margin, with: QdrantFields(vector: true))
        let groups = try await server.sendIfThere(
            .groups(of: query, by: "product_id", size: 1, in: QdrantLayout.interactions))
        return (groups ?? []).compactMap { group in
            guard case .integer(let product) = group.value, let vector = group.points.first.flatMap(Self.unit) else {
                return nil
            }
            return Self.match(product, vector, to: unit, isStandIn: true)
        }
    }

    private static func unit(_ record: QdrantRecord) -> [Float]? {
        record.vector.flatMap { QdrantVector.normalised($0.span) }
    }

    /// Not the server's score: the shop's collection may measure another distance.
    private static func match(
        _ product: Int64, _ vector: [Float], to unit: [Float], isStandIn: Bool
    ) -> ProductMatch {
        var score: Float = 0
        for (left, right) in zip(vector, unit) { score += left * right }
        return ProductMatch(productID: product, score: min(max(score, -1), 1), vector: vector, isStandIn: isStandIn)
    }

    // MARK: Bought products

    func bought(by user: Int64, limit: Int) async throws(StoreError) -> [Int64] {
        var wanted = min(limit * 2, Self.mostPurchases)
        while true {
            let newest = try await reading.newest(wanted, of: [user], type: .purchase).first
            var purchases = newest?.interactions ?? []
            let isAll = newest?.counts != nil && purchases.count < wanted
            let isLast = isAll || wanted >= Self.mostPurchases
            // Of those at the last moment, others may be missing.
            if !isLast, let last = purchases.last?.time { purchases.removeAll { $0.time == last } }
            var latest: [Int64: Timestamp] = [:]
            for purchase in purchases.reversed() { latest[purchase.features.productID] = purchase.time }
            if isLast || latest.count >= limit {
                return Array(latest.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key).prefix(limit))
            }
            wanted = min(wanted * 4, Self.mostPurchases)
        }
    }
}
