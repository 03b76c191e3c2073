import Events
import JSON
import QdrantClient
import Stores

/// Searches for the nearest points. Equal scores are put in the order of ids here: the server's is any.
struct NearestReading: Sendable {
    /// Beyond the limit, for scores that are equal to the last.
    private static let margin = 16
    /// How many points are read at most because of equal scores.
    private static let most = 10_000

    let server: QdrantServer

    func nearest(
        to vector: [Float], in collection: VectorCollection, limit: Int
    ) async throws(StoreError) -> [VectorMatch] {
        // Qdrant leaves short vectors as they are, and makes zeros of long ones.
        let unit = QdrantVector.normalised(vector.span) ?? vector
        var wanted = limit + Self.margin
        while true {
            let query = QdrantQuery(.vector(unit), limit: wanted)
            let records = try await server.sendIfThere(.query(query, in: Self.name(of: collection))) ?? []
            let isCut = records.count == wanted && records.last?.score == records[limit - 1].score
            if isCut, wanted < Self.most {
                wanted = min(wanted * 4, Self.most)
                continue
            }
            return Array(
                records.sorted { ($1.score ?? .infinity, $0.id) < ($0.score ?? .infinity, $1.id) }
                    .compactMap { record in
                        Self.point(record.id).map { VectorMatch(point: $0, score: min(max(record.score ?? 0, -1), 1)) }
                    }.prefix(limit))
        }
    }

    private static func name(of collection: VectorCollection) -> String {
        switch collection {
        case .interactions: QdrantLayout.interactions
        case .userProfiles: QdrantLayout.profiles
        }
    }

    private static func point(_ id: QdrantPointID) -> VectorMatch.Point? {
        EventID(id).map { .interaction($0) } ?? id.user.map { .user($0) }
    }
}
