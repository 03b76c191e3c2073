import QdrantClient
import Stores

/// Puts vectors into the shop's collection `products`, which is made if the shop has none.
struct CatalogueWriting: Sendable {
    private static let bytesAtOnce = 2_000_000

    let server: QdrantServer

    /// Payloads that the shop has given its products stay.
    func put(_ vectors: CatalogueVectors) async throws(StoreError) {
        try await prepare(vectors)
        var new = QdrantPoints()
        var changed: [(id: QdrantPointID, vector: [Float])] = []
        for (product, vector) in vectors.vectors {
            let id = QdrantPointID.number(UInt64(product))
            do throws(QdrantError) {
                try new.append(id, vector: vector.span)
            } catch {
                throw StoreError(error)
            }
            changed.append((id, vector))
            guard new.byteCount > Self.bytesAtOnce else { continue }
            try await send(new, changed)
            (new, changed) = (QdrantPoints(), [])
        }
        if new.count > 0 { try await send(new, changed) }
    }

    private func send(
        _ new: QdrantPoints, _ changed: [(id: QdrantPointID, vector: [Float])]
    ) async throws(StoreError) {
        // An upsert of what is there would take its payload away.
        _ = try await server.send(
            .updates([.upsert(new, mode: .insertOnly), .updateVectors(changed)], in: QdrantLayout.products))
    }

    private func prepare(_ vectors: CatalogueVectors) async throws(StoreError) {
        if let info = try await server.sendIfThere(.collection(QdrantLayout.products)) {
            guard let known = info.vectors else {
                throw StoreError(
                    .rejected,
                    "the vectors of the collection products have names: have a program of the shop put them there")
            }
            return try vectors.checkFits(known: known.size)
        }
        // Of another size, the catalogue would stop everything that is written.
        if let own = try await server.sendIfThere(.collection(QdrantLayout.interactions))?.vectors,
            own.size != vectors.dimension
        {
            throw StoreError(
                .rejected,
                "the collection interactions has vectors of \(own.size) components, and these have \(vectors.dimension): "
                    + "load a catalogue before the first events, or delete interactions and user_profiles and bring the "
                    + "events over again (import)")
        }
        do throws(QdrantError) {
            _ = try await server.driver.send(
                .createCollection(QdrantLayout.products, QdrantCollection(size: vectors.dimension)))
        } catch {
            guard error.mayBeThere else { throw StoreError(error) }
            // By another process, perhaps with another model's vectors.
            let size = try await server.send(.collection(QdrantLayout.products)).vectors?.size ?? 0
            try vectors.checkFits(known: size)
        }
    }
}
