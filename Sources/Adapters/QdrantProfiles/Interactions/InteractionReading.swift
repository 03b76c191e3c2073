import Events
import JSON
import QdrantClient
import Stores

/// Reads interactions, without their vectors.
struct InteractionReading: Sendable {
    /// How many users' interactions one request reads.
    static let usersAtOnce = 50
    /// Beyond the limit, so that a moment that several interactions share seldom needs a request of its own.
    private static let margin = 16
    private static let page = 1_000
    private static let idsAtOnce = 500

    let server: QdrantServer
    /// How many replicas have to agree, on a cluster.
    var options = QdrantReadOptions()

    /// A user's newest interactions, newest first; those of the same moment by id, the greater first.
    struct Newest: Sendable {
        var interactions: [ProfileFormula.Interaction]
        /// How many of each type the user has; nil where not all were read.
        var counts: [EventType: Int]?
    }

    /// The newest interactions of some users, in the order of the users.
    ///
    /// - Parameters:
    ///   - type: Only those of this type; nil for all.
    ///   - tombstones: Until when received events of these users do not count.
    func newest(
        _ limit: Int, of users: [Int64], type: EventType? = nil, _ tombstones: [Int64: Timestamp] = [:]
    ) async throws(StoreError) -> [Newest] {
        let order: [String: JSONValue] = ["key": .string("event_time"), "direction": .string("desc")]
        let wanted = limit + Self.margin
        let queries = users.map { user in
            QdrantQuery(
                .other(.object(["order_by": .object(order)])), where: filter(user, type, tombstones[user]),
                limit: wanted,
                with: ProfileFormula.Interaction.keys)
        }
        let answers = try await server.sendIfThere(.queries(queries, in: QdrantLayout.interactions, options)) ?? []
        var newest: [Newest] = []
        for (user, records) in zip(users, answers) {
            var interactions = records.compactMap { ProfileFormula.Interaction($0) }.sorted { $0.isNewer(than: $1) }
            var counts: [EventType: Int]?
            if records.count < wanted {
                counts = Dictionary(interactions.map { ($0.type, 1) }, uniquingKeysWith: +)
            } else if interactions.count >= limit, let last = interactions.last?.time,
                interactions[limit - 1].time == last
            {
                // The server gives any of those at the last moment.
                interactions.removeAll { $0.time == last }
                interactions += try await greatest(
                    limit - interactions.count, at: last, filter(user, type, tombstones[user]))
            }
            newest.append(Newest(interactions: Array(interactions.prefix(limit)), counts: counts))
        }
        return newest
    }

    /// Of the interactions at one moment those with the greatest ids, the greatest first. The server pages from the least.
    private func greatest(
        _ count: Int, at time: Timestamp, _ filter: QdrantFilter
    ) async throws(StoreError) -> [ProfileFormula.Interaction] {
        var filter = filter
        let text = time.payloadText
        filter.must.append(.datetimeRange("event_time", QdrantRange(from: text, through: text)))
        var greatest: [ProfileFormula.Interaction] = []
        var next: QdrantPointID?
        repeat {
            let scroll = QdrantScroll(
                where: filter, from: next, limit: Self.page, with: ProfileFormula.Interaction.keys)
            let page = try await server.send(.scroll(scroll, in: QdrantLayout.interactions, options))
            greatest += page.points.compactMap { ProfileFormula.Interaction($0) }
            greatest = Array(greatest.sorted { $0.isNewer(than: $1) }.prefix(count))
            next = page.next
        } while next != nil
        return greatest
    }

    /// How many interactions of each type a user has, exactly.
    func counts(of user: Int64, _ tombstone: Timestamp?) async throws(StoreError) -> [EventType: Int] {
        let facets = try await server.sendIfThere(
            .facet(
                of: "event_type", where: filter(user, nil, tombstone), limit: 100, in: QdrantLayout.interactions,
                options))
        var counts: [EventType: Int] = [:]
        for facet in facets ?? [] {
            guard case .string(let name) = facet.value, let type = EventType(rawValue: name) else { continue }
            counts[type] = facet.count
        }
        return counts
    }

    /// How many interactions some users have together, exactly. Costs the server a fifth of what ``totals(of:)`` costs.
    func total(of users: [Int64]) async throws(StoreError) -> Int {
        let some = QdrantFilter(must: [.matchAny("user_id", users.map { .integer($0) })])
        return try await server.sendIfThere(.count(in: QdrantLayout.interactions, where: some, options)) ?? 0
    }

    /// How many interactions each of some users has, exactly.
    func totals(of users: [Int64]) async throws(StoreError) -> [Int64: Int] {
        let (server, reads) = (server, options)
        let pages = try await concurrently(users.pieces(of: Self.idsAtOnce)) { users throws(StoreError) in
            let some = QdrantFilter(must: [.matchAny("user_id", users.map { .integer($0) })])
            return try await server.sendIfThere(
                .facet(of: "user_id", where: some, limit: users.count, in: QdrantLayout.interactions, reads)) ?? []
        }
        var totals: [Int64: Int] = [:]
        for facet in pages.joined() {
            if case .integer(let user) = facet.value { totals[user] = facet.count }
        }
        return totals
    }

    /// The points with these ids.
    func records(
        _ ids: [EventID], with fields: QdrantFields = .payload
    ) async throws(StoreError) -> [QdrantRecord] {
        let (server, reads) = (server, options)
        return try await Array(
            concurrently(ids.map(\.point).pieces(of: Self.idsAtOnce)) { ids throws(StoreError) in
                try await server.sendIfThere(.points(ids, in: QdrantLayout.interactions, with: fields, reads)) ?? []
            }.joined())
    }

    func stored(_ ids: [EventID]) async throws(StoreError) -> [EventID: StoredEvent] {
        let events = try await records(ids).compactMap { StoredEvent($0) }
        return Dictionary(events.map { ($0.event.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func filter(_ user: Int64, _ type: EventType?, _ tombstone: Timestamp?) -> QdrantFilter {
        var filter = QdrantFilter(must: [.match("user_id", .integer(user))])
        if let type { filter.must.append(.match("event_type", .keyword(type.rawValue))) }
        if let tombstone {
            filter.must.append(.datetimeRange("received_at", QdrantRange(above: tombstone.payloadText)))
        }
        return filter
    }
}
