import JSON
import QdrantClient
import Stores

/// Learned vectors of products, in a collection of their own, which follows from the graph and may be deleted at any time.
struct LearnedVectors: Sendable {
    static let sessionsKey = "sessions"
    private static let bytesAtOnce = 2_000_000
    private static let idsAtOnce = 256

    let server: QdrantServer
    let layout: QdrantLayout

    func put(_ products: [LearnedProduct], removing: Set<Int64>) async throws(StoreError) {
        let removed = removing.compactMap(QdrantPointID.init(product:))
        for ids in removed.pieces(of: Self.idsAtOnce) {
            _ = try await server.sendIfThere(.update(.delete(.ids(ids)), in: QdrantLayout.learned))
        }
        var points = QdrantPoints()
        for product in products {
            guard let id = QdrantPointID(product: product.productID) else { continue }
            guard product.vector.count == layout.dimension else {
                throw StoreError(
                    .rejected,
                    "a learned vector has \(product.vector.count) components, those of products have "
                        + "\(layout.dimension): it is of before the catalogue")
            }
            do throws(QdrantError) {
                try points.append(id, vector: product.vector.span) { $0.member(Self.sessionsKey, product.sessions) }
            } catch {
                throw StoreError(error)
            }
            guard points.byteCount > Self.bytesAtOnce else { continue }
            _ = try await server.send(.update(.upsert(points), in: QdrantLayout.learned))
            points = QdrantPoints()
        }
        if points.count > 0 { _ = try await server.send(.update(.upsert(points), in: QdrantLayout.learned)) }
    }

    func read(_ products: Set<Int64>) async throws(StoreError) -> [Int64: LearnedProduct] {
        let (server, layout) = (server, layout)
        let ids = products.compactMap(QdrantPointID.init(product:))
        let pages = try await concurrently(ids.pieces(of: Self.idsAtOnce)) { ids throws(StoreError) in
            try await server.sendIfThere(.points(ids, in: QdrantLayout.learned, with: .all, layout.reads)) ?? []
        }
        let found = pages.joined().compactMap { LearnedProduct($0) }.filter { $0.vector.count == layout.dimension }
        return Dictionary(found.map { ($0.productID, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func ids(after: Int64, limit: Int) async throws(StoreError) -> [Int64] {
        let scroll = QdrantScroll(from: QdrantPointID(product: max(after, 0) + 1), limit: limit, with: .id)
        let page = try await server.sendIfThere(.scroll(scroll, in: QdrantLayout.learned, layout.reads))
        return (page?.points ?? []).compactMap(\.id.user)
    }

    /// The nearest ones, best first.
    ///
    /// - Parameter unit: Of length one.
    func nearest(
        to unit: [Float], excluding: Set<Int64>, limit: Int
    ) async throws(StoreError) -> [LearnedProduct] {
        let excluded = excluding.compactMap(QdrantPointID.init(product:))
        let query = QdrantQuery(
            .vector(unit), where: QdrantFilter(mustNot: excluded.isEmpty ? [] : [.hasID(excluded)]), limit: limit,
            with: .all)
        return (try await server.sendIfThere(.query(query, in: QdrantLayout.learned)) ?? [])
            .compactMap { LearnedProduct($0) }
    }
}

extension LearnedProduct {
    fileprivate init?(_ record: QdrantRecord) {
        guard let product = record.id.user, let vector = record.vector.flatMap({ QdrantVector.normalised($0.span) })
        else { return nil }
        let sessions = record.payload?.wholeNumber(LearnedVectors.sessionsKey) ?? 0
        self.init(productID: product, vector: vector, sessions: Int(sessions))
    }
}

extension QdrantPointID {
    /// The point of a product; nil for ids that no product has.
    init?(product: Int64) {
        guard product > 0 else { return nil }
        self = .number(UInt64(product))
    }
}
