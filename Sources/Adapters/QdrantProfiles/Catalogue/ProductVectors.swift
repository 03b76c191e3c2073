import QdrantClient
import Stores
import Synchronization

/// The vector of a product, of length 1.
struct ProductVector: Sendable, Hashable {
    let vector: [Float]
    /// Whether it stands in for one that the catalogue does not have.
    let isStandIn: Bool
}

/// The vectors of products: the catalogue's, or stand-ins. Keeps recent ones, up to a bound. Safe to use from any task.
final class ProductVectors: Sendable {
    /// How long vectors are kept: what the shop itself puts into its catalogue is seen by then.
    private static let validity = Duration.seconds(600)
    /// The bound of what is kept, in numbers: 4 MB.
    private static let keptNumbers = 1 << 20

    private struct Kept {
        var vectors: [ProductFeatures: ProductVector] = [:]
        /// The layout and the number of the catalogue's state that the vectors belong to.
        var state: CatalogueState?
        var until = ContinuousClock.now
    }

    private let server: QdrantServer
    private let kept = Mutex(Kept())

    init(_ server: QdrantServer) {
        self.server = server
    }

    /// The vectors of some products, of which those that are not known are asked for together.
    ///
    /// - Parameter state: The catalogue's, read before: what is found belongs to it or to a later one.
    func vectors(
        of wanted: Set<ProductFeatures>, _ state: CatalogueState
    ) async throws(StoreError) -> [ProductFeatures: ProductVector] {
        var found = kept.withLock { kept in
            if kept.state != state || kept.until < .now {
                kept = Kept(state: state, until: .now + Self.validity)
            }
            var found: [ProductFeatures: ProductVector] = [:]
            for features in wanted { found[features] = kept.vectors[features] }
            return found
        }
        let missing = wanted.filter { found[$0] == nil }
        if missing.isEmpty { return found }
        let catalogue = try await server.catalogueVectors(of: Set(missing.map(\.productID)), state.layout)
        var new: [ProductFeatures: ProductVector] = [:]
        for features in missing {
            new[features] =
                catalogue[features.productID].map { ProductVector(vector: $0, isStandIn: false) }
                ?? ProductVector(
                    vector: StandInVector.make(features, dimension: state.layout.dimension), isStandIn: true)
        }
        kept.withLock { kept in
            // What was read before a change of the catalogue must not outlive it.
            guard kept.state == state else { return }
            if (kept.vectors.count + new.count) * state.layout.dimension > Self.keptNumbers { kept.vectors = [:] }
            if new.count * state.layout.dimension <= Self.keptNumbers { kept.vectors.merge(new) { $1 } }
        }
        found.merge(new) { $1 }
        return found
    }
}

extension QdrantServer {
    /// The vectors that the catalogue has of some products, of length 1; many are asked for in several requests.
    func catalogueVectors(
        of products: Set<Int64>, _ layout: QdrantLayout
    ) async throws(StoreError) -> [Int64: [Float]] {
        guard layout.hasCatalogue else { return [:] }
        let ids = products.compactMap(QdrantPointID.init(product:))
        let pages = try await concurrently(ids.pieces(of: 256)) { ids throws(StoreError) in
            try await sendIfThere(
                .points(ids, in: QdrantLayout.products, with: QdrantFields(vector: true), layout.reads)) ?? []
        }
        var vectors: [Int64: [Float]] = [:]
        for record in pages.joined() {
            // Vectors of another size, of zeros or with infinite numbers say nothing.
            guard let product = record.id.user, let vector = record.vector, vector.count == layout.dimension,
                let unit = QdrantVector.normalised(vector.span)
            else { continue }
            vectors[product] = unit
        }
        return vectors
    }
}
