import BoltClient
import BoltWire
import Events
import Stores

/// Reads the history of a user, over the interactions of this pipeline and those that a shop's own code has written.
struct HistoryReading: Sendable {
    let reading: GraphReading

    /// Interactions of this pipeline, in the order of a history.
    private static let page = """
        MATCH (u:User {user_id: $user})-[r:INTERACTED]->(p:Product)
        WHERE r.event_id IS NOT NULL AND r.event_at IS NOT NULL AND ($type IS NULL OR r.event_type = $type)
          AND ($at IS NULL OR r.event_at < $at OR r.event_at = $at AND r.event_id < $id)
        RETURN \(GraphReading.fields)
        ORDER BY r.event_at DESC, r.event_id DESC LIMIT $limit
        """

    /// Interactions of others with an exact time, which `graph adopt` has given them: as many as a page needs, and those
    /// of the same moments, whose ids the server cannot order since they are made here.
    private static let adopted = """
        MATCH (u:User {user_id: $user})-[r:INTERACTED]->(:Product)
        WHERE r.event_id IS NULL AND r.event_at < $at AND ($type IS NULL OR r.event_type = $type)
        WITH r.event_at AS at ORDER BY at DESC LIMIT $limit
        WITH coalesce(min(at), $at) AS least
        MATCH (u:User {user_id: $user})-[r:INTERACTED]->(p:Product)
        WHERE r.event_id IS NULL AND r.event_at >= least AND r.event_at <= $at
          AND ($type IS NULL OR r.event_type = $type)
        RETURN r, p.product_id LIMIT $most
        """

    /// Interactions of others without an exact time: the texts of their times have two forms, which the server cannot
    /// order either.
    private static let untimed = """
        MATCH (u:User {user_id: $user})-[r:INTERACTED]->(p:Product)
        WHERE r.event_id IS NULL AND r.event_at IS NULL AND ($type IS NULL OR r.event_type = $type)
        RETURN r, p.product_id LIMIT $most
        """

    /// How many interactions of others a page looks at.
    private static let mostOld = 100_000

    func page(_ query: HistoryQuery) async throws(BoltError) -> HistoryPage {
        let type: BoltValue = query.type.map { .string($0.rawValue) } ?? .null
        let user = BoltValue.integer(Int(query.userID))
        let limit = BoltValue.integer(query.limit + 1)
        let at = query.after.map { BoltValue.integer(Int($0.time.microseconds)) }
        let own = try await reading.read(
            Self.page,
            [
                "user": user, "type": type, "limit": limit, "at": at ?? .null,
                "id": query.after.map { .string($0.id.description) } ?? .null,
            ], atMost: query.limit + 1)
        var old = try await reading.read(
            Self.untimed, ["user": user, "type": type, "most": .integer(Self.mostOld)], atMost: Self.mostOld)
        old += try await reading.read(
            Self.adopted,
            [
                "user": user, "type": type, "limit": limit, "at": at ?? .integer(.max),
                "most": .integer(Self.mostOld),
            ], atMost: Self.mostOld)
        var events = own.compactMap { Event($0) }
        if !old.isEmpty {
            let others = old.compactMap { Event(old: $0, of: query.userID) }.filter { event in
                query.after.map { (event.time, event.id) < ($0.time, $0.id) } ?? true
            }
            events = (events + others).sorted { ($0.time, $0.id) > ($1.time, $1.id) }
        }
        return HistoryPage(query: query, candidates: Array(events.prefix(query.limit + 1)))
    }
}

extension Event {
    /// An interaction that others have written; nil for one of another type, or without a time that can be read.
    ///
    /// - Parameter row: The relationship and the product.
    init?(old row: [BoltValue], of user: Int64) {
        guard row.count == 2, case .relationship(let bound) = row[0], let product = row[1].integer else { return nil }
        let relationship = bound.relationship
        guard let type = relationship.properties["event_type"]?.string.flatMap({ EventType(rawValue: $0) }),
            let time = Timestamp(old: relationship.properties)
        else { return nil }
        self.init(
            id: .version5(namespace: .relationshipNamespace, name: Array(relationship.elementID.utf8)), userID: user,
            productID: Int64(product), type: type,
            session: relationship.properties["session_id"]?.string ?? "", time: time)
    }
}

extension Timestamp {
    /// The time of an interaction that others have written: exact if it was adopted, else what its text says.
    init?(old properties: BoltMap) {
        if let at = properties["event_at"]?.integer {
            self.init(microseconds: Int64(at))
        } else if let text = properties["event_time"]?.string, let time = try? Timestamp(text) {
            self = time
        } else {
            return nil
        }
    }
}

extension EventID {
    /// The namespace of ids of relationships that have none.
    fileprivate static let relationshipNamespace = EventID(high: 0x6f5d_3a0c_58c2_4d0e, low: 0x9b3e_2f64_7c1a_d8f1)
}
