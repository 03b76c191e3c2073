import Crypto

/// A fingerprint of an event's content: two events with one id and one digest are the same event.
package struct ContentDigest: Sendable, Hashable {
    /// How many bytes a digest has.
    package static let byteCount = 16

    /// The first bytes of a SHA-256 digest.
    package let bytes: [UInt8]

    /// The digest of these bytes; nil if they are fewer or more than sixteen.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    fileprivate init(of content: [UInt8]) {
        var hash = HashContext<SHA256>()
        hash.update(content)
        bytes = Array(hash.finish().bytes.prefix(Self.byteCount))
    }
}

extension Event {
    /// The digest of what ``differences(from:)`` compares: what was filled in does not count, and neither does the time of
    /// receipt.
    package var contentDigest: ContentDigest {
        var content = self
        if defaulted.contains(.eventTime) { content.time = Timestamp(microseconds: 0) }
        if defaulted.contains(.userSession) { content.session = "" }
        if defaulted.contains(.categoryCode) { content.categoryCode = nil }
        // Minus zero equals zero, and is written otherwise.
        if content.price == 0 { content.price = 0 }
        // A time that was filled in is another content than the same time that was sent.
        let filledIn = defaulted.intersection([.eventTime, .userSession]).rawValue
        return ContentDigest(
            of: content.encoded() + [UInt8(truncatingIfNeeded: filledIn >> 8), UInt8(truncatingIfNeeded: filledIn)])
    }
}
