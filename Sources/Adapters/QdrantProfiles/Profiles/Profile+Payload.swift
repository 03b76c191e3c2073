import Events
import JSON
import QdrantClient
import Stores

/// A profile with its place in the order.
struct OrderedProfile: Sendable {
    var profile: Profile
    /// What it was computed from.
    var interactions = RecentUsers.Interactions(newest: [], counts: [:])
    var order: ProfileOrder

    var point: QdrantPointID { .profile(of: profile.userID) }

    func write(to points: inout QdrantPoints) throws(QdrantError) {
        try points.append(point, vector: profile.vector.span) { json in
            json.member("user_id", profile.userID)
            json.member("interactions", order.interactions)
            json.key("counts")
            json.object { json in
                for type in EventType.allCases {
                    if let count = profile.counts[type] { json.member(type.rawValue, count) }
                }
            }
            json.member("last_event_time", payloadTime: profile.lastEventTime)
            json.key("recent_products")
            json.array { json in
                for product in profile.recentProducts { json.integer(product) }
            }
            if order.erasedUntil > 0 { json.member("erased_until", order.erasedUntil) }
            json.member("epoch", order.epoch)
            json.member("digest", order.digest)
            json.member("formula", CatalogueState.formulaVersion)
        }
    }
}

extension QdrantPointID {
    static func profile(of user: Int64) -> QdrantPointID { .number(UInt64(bitPattern: user)) }

    /// The user whose profile the point is.
    var user: Int64? {
        guard case .number(let number) = self else { return nil }
        return Int64(exactly: number)
    }
}

extension Profile {
    /// The profile of a point; nil for a point that this adapter has not written, or not wholly.
    init?(_ record: QdrantRecord) {
        guard let user = record.id.user, let vector = record.vector, let payload = record.payload else { return nil }
        var counts: [EventType: Int]?
        var last: Timestamp?
        var recent: [Int64]?
        do throws(JSONSyntaxError) {
            try payload.forEachMember { reader, key throws(JSONSyntaxError) in
                switch key {
                case "counts": counts = Self.counts(try reader.tree())
                case "last_event_time": last = try reader.time()
                case "recent_products": recent = try reader.wholeNumbers()
                default: _ = try reader.value()
                }
            }
        } catch {
            return nil
        }
        guard let counts, let last, let recent else { return nil }
        self.init(userID: user, vector: vector, counts: counts, lastEventTime: last, recentProducts: recent)
    }

    private static func counts(_ value: JSONValue) -> [EventType: Int]? {
        guard case .object(let members) = value else { return nil }
        var counts: [EventType: Int] = [:]
        for case (let name, .integer(let count)) in members {
            if let type = EventType(rawValue: name) { counts[type] = Int(count) }
        }
        return counts
    }
}
