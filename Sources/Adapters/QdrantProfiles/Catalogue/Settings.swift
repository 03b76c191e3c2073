import Events
import JSON
import QdrantClient
import Stores

/// What all writers agree on, in the collection `debias_settings`: how often the catalogue was changed, and who was erased.
struct Settings: Sendable {
    /// The point of the catalogue's epoch. Erased users have points of their own ids.
    private static let cataloguePoint = QdrantPointID.uuid(high: 0, low: 1)
    private static let epochKey = "catalogue_epoch"
    private static let erasedKey = "erased_until"

    /// What a writer knows of them.
    struct Known: Sendable, Hashable {
        /// How often the catalogue was changed by this program.
        var catalogueEpoch: Int64 = 0
        /// Until when received events of these users count as erased.
        var tombstones: [Int64: Timestamp] = [:]
    }

    let server: QdrantServer

    /// - Parameter users: Whose tombstones are read.
    func read(_ users: [Int64], _ layout: QdrantLayout) async throws(StoreError) -> Known {
        let ids = [Self.cataloguePoint] + users.map { .profile(of: $0) }
        let records = try await server.sendIfThere(.points(ids, in: QdrantLayout.settings, layout.reads)) ?? []
        var known = Known()
        for record in records {
            if let user = record.id.user {
                known.tombstones[user] = record.payload?.wholeNumber(Self.erasedKey).map(Timestamp.init(microseconds:))
            } else {
                known.catalogueEpoch = record.payload?.wholeNumber(Self.epochKey) ?? 0
            }
        }
        return known
    }

    /// Raises the epoch. Of two that do it at the same time one may be enough: whoever reads the new number reads what
    /// both have written before.
    func raiseCatalogueEpoch(_ layout: QdrantLayout) async throws(StoreError) {
        try await raise(
            Self.epochKey, of: Self.cataloguePoint, to: try await read([], layout).catalogueEpoch + 1, layout)
    }

    /// Keeps until when received events of a user count as erased; of several times the latest stays.
    func putTombstone(_ user: Int64, _ time: Timestamp, _ layout: QdrantLayout) async throws(StoreError) {
        try await raise(Self.erasedKey, of: .profile(of: user), to: time.microseconds, layout)
    }

    private func raise(
        _ key: String, of point: QdrantPointID, to number: Int64, _ layout: QdrantLayout
    ) async throws(StoreError) {
        let points: QdrantPoints
        do throws(QdrantError) {
            points = try QdrantPoints([QdrantPoint(point, vector: [0], payload: [key: .integer(number)])])
        } catch {
            throw StoreError(error)
        }
        let isLess = QdrantFilter(mustNot: [.range(key, QdrantRange(from: Double(number)))])
        _ = try await server.send(
            .updates(
                [.upsert(points, mode: .insertOnly), .upsert(points, mode: .updateOnly, condition: isLess)],
                in: QdrantLayout.settings, layout.orderedWrites))
    }
}
