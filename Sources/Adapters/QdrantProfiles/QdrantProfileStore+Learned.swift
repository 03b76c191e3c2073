package import Stores

/// Learned vectors, in the collection `learned_products`.
extension QdrantProfileStore {
    /// See ``LearnedVectorStore``.
    package func signatures(of products: [ProductFeatures]) async throws(StoreError) -> [Int64: [Float]] {
        let layout = try await schema.current()
        let catalogue = try await server.catalogueVectors(of: Set(products.map(\.productID)), layout)
        var signatures: [Int64: [Float]] = [:]
        for features in products {
            signatures[features.productID] =
                catalogue[features.productID]
                ?? StandInVector.make(features, dimension: layout.dimension)
        }
        return signatures
    }

    /// See ``LearnedVectorStore``.
    package func putLearned(_ products: [LearnedProduct], removing: Set<Int64>) async throws(StoreError) {
        try await write { () throws(StoreError) in
            let layout = try await schema.state().layout
            try await LearnedVectors(server: server, layout: layout).put(products, removing: removing)
        }
    }

    /// See ``LearnedVectorStore``.
    package func learned(_ products: Set<Int64>) async throws(StoreError) -> [Int64: LearnedProduct] {
        try await LearnedVectors(server: server, layout: try await schema.current()).read(products)
    }

    /// See ``LearnedVectorStore``.
    package func learnedProducts(after: Int64, limit: Int) async throws(StoreError) -> [Int64] {
        try await LearnedVectors(server: server, layout: try await schema.current()).ids(after: after, limit: limit)
    }
}
