import Crypto

extension EventID {
    // None of the namespaces ever changes: a redelivery, and an event that is sent again, must get the same id.

    /// The namespace of ids derived from the body of a message that has neither an id nor a timestamp.
    package static let messageNamespace = EventID(high: 0x6f5d_3a0c_58c2_4d0e, low: 0x9b3e_2f64_7c1a_d801)

    /// The namespace of ids derived from an event_id or an `Idempotency-Key` header that is not a UUID: the same text
    /// is the same event in either.
    package static let idempotencyKeyNamespace = EventID(high: 0x6f5d_3a0c_58c2_4d0e, low: 0x9b3e_2f64_7c1a_d802)

    /// The namespace of ids derived from a message_id that is not a UUID, and the body.
    package static let namedMessageNamespace = EventID(high: 0x6f5d_3a0c_58c2_4d0e, low: 0x9b3e_2f64_7c1a_d803)

    /// The namespace of ids derived from the timestamp and the body of a message without an id.
    package static let timedMessageNamespace = EventID(high: 0x6f5d_3a0c_58c2_4d0e, low: 0x9b3e_2f64_7c1a_d804)

    /// The namespace of ids derived from the `Idempotency-Key` header of a batch and a place in it.
    package static let batchNamespace = EventID(high: 0x6f5d_3a0c_58c2_4d0e, low: 0x9b3e_2f64_7c1a_d805)

    /// The UUID without content (RFC 9562 section 5.9): what programs send that forgot to make an id, so it names none.
    package static let null = EventID(high: 0, low: 0)

    /// A UUIDv7 (RFC 9562 section 5.7): the millisecond of `time`, then 74 random bits.
    ///
    /// A time outside the format's 48 bits (1970 to the year 10889) is moved to the nearer end.
    package static func version7(at time: Timestamp, using generator: inout some RandomNumberGenerator) -> EventID {
        EventID(
            milliseconds: milliseconds(of: time),
            randomA: UInt16(truncatingIfNeeded: generator.next()),
            randomB: generator.next())
    }

    /// A UUIDv5 (RFC 9562 section 5.5): the same namespace and name always give the same id.
    package static func version5(namespace: EventID, name: some Collection<UInt8>) -> EventID {
        var input = namespace.bytes
        input.reserveCapacity(16 + name.count)
        input.append(contentsOf: name)
        let (high, low, _) = SHA1.hash(input).words
        return EventID(high: high, low: low, version: 5)
    }

    /// The bits that hold the version: 7 for new ids, 5 for derived ids.
    package var version: Int {
        Int(high >> 12 & 0xf)
    }

    /// The millisecond that a UUIDv7 holds; nil for every other UUID.
    var time: Timestamp? {
        guard version == 7, low >> 62 == 0b10 else { return nil }
        return Timestamp(microseconds: Int64(high >> 16) * 1_000)
    }

    static let randomAMask: UInt16 = 0xfff
    static let randomBMask: UInt64 = .max >> 2

    /// The time as UUIDv7 carries it, moved into its 48 bits.
    static func milliseconds(of time: Timestamp) -> UInt64 {
        min(UInt64(clamping: time.microseconds / 1000), 0xffff_ffff_ffff)
    }

    /// A UUIDv7 of these three fields; bits beyond a field's width are dropped.
    init(milliseconds: UInt64, randomA: UInt16, randomB: UInt64) {
        self.init(high: milliseconds << 16 | UInt64(randomA), low: randomB, version: 7)
    }

    /// Sets the version and variant bits of a UUID.
    private init(high: UInt64, low: UInt64, version: UInt64) {
        self.init(high: high & ~0xf000 | version << 12, low: low & Self.randomBMask | 1 << 63)
    }
}
