import Bytes
import Events
import JSON
import QdrantClient
import Stores

/// Which of two profiles of a user is the later: a strict total order of what profiles follow from, which all writers and
/// all replicas decide alike. Every number is below 2^53, as the server compares them as Double.
struct ProfileOrder: Sendable, Hashable, Comparable {
    /// Until when received events of the user count as erased, in microseconds since 1970; 0 for a user who was not erased.
    /// What was written in sight of an erasure is later than what was not.
    var erasedUntil: Int64 = 0
    /// Of the formula and the catalogue; see ``CatalogueState/epoch``.
    var epoch: Int64
    /// How many interactions the user had when they were counted, which was before they were read.
    var interactions: Int64
    /// Of the numbers above and the ids of the newest interactions in 44 bits, and in the lowest 8 how many of these have a
    /// vector of the catalogue: so vectors of the catalogue win over stand-ins, although the interactions are the same.
    var digest: Int64

    /// The order of a profile.
    ///
    /// - Parameters:
    ///   - newest: The interactions that it was computed from, in their order.
    ///   - count: How many of these have a vector of the catalogue.
    init(
        erasedUntil: Int64 = 0, epoch: Int64, interactions: Int64, newest: [ProfileFormula.Interaction],
        fromCatalogue count: Int
    ) {
        var hash = FNV1a()
        for number in [erasedUntil, epoch, interactions] { hash.add(UInt64(bitPattern: number)) }
        for interaction in newest {
            hash.add(interaction.id.high)
            hash.add(interaction.id.low)
        }
        var mixed = SplitMix64(seed: hash.value)
        self.init(
            erasedUntil: erasedUntil, epoch: epoch, interactions: interactions,
            digest: Int64(mixed.next() >> 20) << 8 | Int64(min(count, 255)))
    }

    static func < (left: ProfileOrder, right: ProfileOrder) -> Bool {
        (left.erasedUntil, left.epoch, left.interactions, left.digest)
            < (right.erasedUntil, right.epoch, right.interactions, right.digest)
    }

    /// The keys that ``init(_:)`` reads.
    static let keys = QdrantFields(payload: .keys(["erased_until", "epoch", "interactions", "digest"]))

    /// The order of a stored profile; a number that is missing counts as the least.
    init(_ record: QdrantRecord) {
        self.init(epoch: 0, interactions: 0, digest: 0)
        try? record.payload?.forEachMember { reader, key throws(JSONSyntaxError) in
            switch key {
            case "erased_until": erasedUntil = try reader.wholeNumber() ?? 0
            case "epoch": epoch = try reader.wholeNumber() ?? 0
            case "interactions": interactions = try reader.wholeNumber() ?? 0
            case "digest": digest = try reader.wholeNumber() ?? 0
            default: _ = try reader.value()
            }
        }
    }

    init(erasedUntil: Int64 = 0, epoch: Int64, interactions: Int64, digest: Int64) {
        self.erasedUntil = erasedUntil
        self.epoch = epoch
        self.interactions = interactions
        self.digest = digest
    }

    /// Holds for a stored profile that this one is to replace. As what must not be: a point that lacks a number is replaced.
    ///
    /// - Parameter orEqual: Whether an equal one is replaced as well, as when vectors of the catalogue have changed.
    func condition(orEqual: Bool) -> QdrantFilter {
        // A profile of a user who was not erased lacks this number.
        let sameErasure: [QdrantCondition] =
            erasedUntil > 0 ? [.match("erased_until", .integer(erasedUntil))] : []
        let sameEpoch = sameErasure + [.match("epoch", .integer(epoch))]
        let sameCount = sameEpoch + [.match("interactions", .integer(interactions))]
        let laterDigest = orEqual ? QdrantRange(above: Double(digest)) : QdrantRange(from: Double(digest))
        return QdrantFilter(mustNot: [
            .range("erased_until", QdrantRange(above: Double(erasedUntil))),
            .filter(QdrantFilter(must: sameErasure + [.range("epoch", QdrantRange(above: Double(epoch)))])),
            .filter(QdrantFilter(must: sameEpoch + [.range("interactions", QdrantRange(above: Double(interactions)))])),
            .filter(QdrantFilter(must: sameCount + [.range("digest", laterDigest)])),
        ])
    }
}
