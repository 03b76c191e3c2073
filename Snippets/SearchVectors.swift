//! Makes a collection, writes a thousand products with vectors, finds those that are nearest to one, and deletes it again.
//! Without a server it says so and ends.

import JSON
import QdrantClient

let arguments = CommandLine.arguments.dropFirst()
let collection = "example-products"

/// A vector that differs from product to product.
func features(of product: UInt64) -> [Float] {
    (0..<8).map { Float(((product + 1) * UInt64($0 + 3) * 2_654_435_761) >> 8 & 0xff) - 127.5 }
}

do throws(QdrantError) {
    let configuration = try QdrantConfiguration(url: arguments.first ?? "http://127.0.0.1:6333")
    let qdrant = QdrantDriver(configuration)
    print("Qdrant \(try await qdrant.send(.version, within: .seconds(2)))")
    _ = try await qdrant.send(.deleteCollection(collection))
    _ = try await qdrant.send(.createCollection(collection, QdrantCollection(size: 8)))
    _ = try await qdrant.send(.createIndex(of: "price", .float, in: collection))

    var points = QdrantPoints()
    for product in UInt64(0)..<1_000 {
        guard let vector = QdrantVector.normalised(features(of: product).span) else { continue }
        try points.append(.number(product), vector: vector.span) { payload in
            payload.member("price", Double(product % 50) + 0.99)
        }
    }
    _ = try await qdrant.send(.update(.upsert(points), in: collection))

    let cheap = QdrantFilter(must: [.range("price", QdrantRange(below: 20))])
    let query = QdrantQuery(.point(7), where: cheap, limit: 3, with: .payload)
    for product in try await qdrant.send(.query(query, in: collection)) {
        print("product \(product.id): \(product.score ?? 0), \(try product.payload?.fields() ?? [:])")
    }
    _ = try await qdrant.send(.deleteCollection(collection))
} catch {
    print(error.isRetriable ? "no Qdrant serves: \(error)" : "\(error)")
}
