import SQLite
package import Stores

/// Learned vectors, in a table beside the catalogue's.
extension EmbeddedProfileStore {
    /// See ``LearnedVectorStore``.
    package func signatures(of products: [ProductFeatures]) async throws(StoreError) -> [Int64: [Float]] {
        try await database.read { [formula] connection in
            var vectors = try ProductVectors(connection, formula: formula)
            var signatures: [Int64: [Float]] = [:]
            for features in products { signatures[features.productID] = try vectors.vector(features, connection) }
            return signatures
        }
    }

    /// In one transaction. See ``LearnedVectorStore``.
    package func putLearned(_ products: [LearnedProduct], removing: Set<Int64>) async throws(StoreError) {
        try await database.write { [formula] connection in
            let vectors = try ProductVectors(connection, formula: formula)
            for product in removing {
                try connection.run("DELETE FROM learned WHERE product_id = ?", product)
            }
            for product in products {
                guard product.vector.count == vectors.dimension else {
                    throw StoreError(
                        .rejected,
                        "a learned vector has \(product.vector.count) components, those of products have "
                            + "\(vectors.dimension): it is of before the catalogue")
                }
                try connection.run(
                    "INSERT OR REPLACE INTO learned VALUES (?, ?, ?)", product.productID, product.sessions,
                    VectorColumn.bytes(product.vector))
            }
        }
    }

    /// See ``LearnedVectorStore``.
    package func learned(_ products: Set<Int64>) async throws(StoreError) -> [Int64: LearnedProduct] {
        try await database.read { [formula] connection in
            let vectors = try ProductVectors(connection, formula: formula)
            var learned: [Int64: LearnedProduct] = [:]
            for product in products.sorted() {
                learned[product] = try connection.first(
                    "SELECT sessions, vector FROM learned WHERE product_id = ? AND length(vector) = ?",
                    product, 4 * vectors.dimension
                ) { row in
                    LearnedProduct(
                        productID: product, vector: VectorColumn.vector(row.bytes(1)), sessions: row.int(0))
                }
            }
            return learned
        }
    }

    /// See ``LearnedVectorStore``.
    package func learnedProducts(after: Int64, limit: Int) async throws(StoreError) -> [Int64] {
        try await database.read { connection in
            try connection.query(
                "SELECT product_id FROM learned WHERE product_id > ? ORDER BY product_id LIMIT ?", after, limit
            ) { row in row.int64(0) }
        }
    }
}
