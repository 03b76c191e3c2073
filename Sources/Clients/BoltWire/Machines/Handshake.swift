import Bytes

/// The first bytes of a connection, by which client and server agree on a version.
///
/// A value without I/O, owned by one actor. Servers from Neo4j 5.26 on answer with a manifest, a list of all that they
/// speak, which is not sorted; older ones, and most servers of others, with one version.
public struct Handshake: Sendable {
    /// What the two sides agreed on.
    public struct Agreement: Sendable, Hashable {
        /// The version that is spoken from now on.
        public var version: BoltVersion
        /// What has to be sent before the first message; nothing without a manifest.
        public var bytes: [UInt8]
        /// Whether the server answered with a manifest.
        public var usedManifest: Bool
        /// The optional abilities that a manifest tells of; none has a meaning yet.
        public var capabilities: UInt64
    }

    /// The largest number of ranges in a manifest.
    public static let mostRanges = 256

    private let highest: BoltVersion
    private var received: [UInt8] = []
    private var place = 0
    private var agreement: Agreement?
    private var failure: BoltWireError?

    /// Makes a handshake.
    ///
    /// - Parameter highest: The highest version that is agreed to, for servers that offer more than they can do. The lowest
    ///   is 4.4.
    public init(highest: BoltVersion = BoltVersion(5, 8)) {
        self.highest = highest
    }

    /// The 20 bytes with which a client begins: that it speaks Bolt, and what. From 6.0 on a version is agreed to by manifest
    /// only, so that the manifest comes first.
    public var opening: [UInt8] {
        var bytes: [UInt8] = [0x60, 0x60, 0xB0, 0x17, 0, 0, 1, 0xFF]
        let fives = BoltVersion.known.last { $0.major == 5 && $0 <= highest }
        if let fives { bytes += [0, fives.minor, fives.minor, 5] }
        bytes += [0, 0, 4, 4]
        return bytes + [UInt8](repeating: 0, count: 20 - bytes.count)
    }

    /// Takes what was received; after the agreement it is kept for ``rest()``.
    ///
    /// - Parameter bytes: The next bytes of the stream, any number.
    /// - Returns: The agreement, once it is reached, and again afterwards; nil while more bytes are needed.
    /// - Throws: ``BoltWireError``, and the same again when called again: ``BoltWireError/Code/notBolt`` where something else
    ///   answers, ``BoltWireError/Code/noCommonVersion``, or ``BoltWireError/Code/malformed`` for a manifest that is none.
    public mutating func received(_ bytes: [UInt8]) throws(BoltWireError) -> Agreement? {
        if let failure { throw failure }
        received += bytes
        if let agreement { return agreement }
        do throws(BoltWireError) {
            agreement = try agree()
            return agreement
        } catch {
            failure = error
            received = []
            throw error
        }
    }

    /// Takes what has come behind the agreement, and leaves nothing.
    ///
    /// - Returns: The bytes, which belong to messages; none before the agreement.
    public mutating func rest() -> [UInt8] {
        guard agreement != nil else { return [] }
        defer { (received, place) = ([], 0) }
        return Array(received[place...])
    }

    private mutating func agree() throws(BoltWireError) -> Agreement? {
        guard received.count >= 4 else { return nil }
        switch (received[0], received[1], received[2], received[3]) {
        case (0, 0, 1, 0xFF): return try readManifest()
        case (0, 0, 0, 0):
            throw BoltWireError(.noCommonVersion, "the server speaks none of Bolt \(speaks)")
        case (UInt8(ascii: "H"), UInt8(ascii: "T"), UInt8(ascii: "T"), UInt8(ascii: "P")):
            throw BoltWireError(.notBolt, "an HTTP server answers: Bolt's port is another, often 7687")
        case (0x15, 3, _, _):
            throw BoltWireError(.notBolt, "the server wants TLS: use an address with +s")
        case (0, 0, let minor, let major):
            let version = BoltVersion(major, minor)
            guard BoltVersion.known.contains(version), version <= highest, major < 6 else {
                throw BoltWireError(.noCommonVersion, "the server chose Bolt \(version), which was not offered")
            }
            place = 4
            return Agreement(version: version, bytes: [], usedManifest: false, capabilities: 0)
        default: throw BoltWireError(.notBolt, "the server does not speak Bolt")
        }
    }

    private var speaks: String { "4.4 to \(highest)" }

    private mutating func readManifest() throws(BoltWireError) -> Agreement? {
        var cursor = ByteCursor(from: 4, to: received.count)
        guard let count = try Self.varint(received.span, &cursor) else { return nil }
        guard 1...UInt64(Self.mostRanges) ~= count else {
            throw .malformed("a manifest of \(count) ranges of versions")
        }
        guard let start = cursor.take(4 * Int(count)), let capabilities = try Self.varint(received.span, &cursor) else {
            return nil
        }
        var best: BoltVersion?
        for known in BoltVersion.known where known <= highest {
            for index in 0..<Int(count) where Self.contains(received.span, start + 4 * index, known) { best = known }
        }
        guard let best else {
            let offers = (0..<Int(count)).map { Self.range(received.span, start + 4 * $0) }
            throw BoltWireError(
                .noCommonVersion, "the server speaks Bolt \(offers.joined(separator: ", ")), and not \(speaks)")
        }
        place = cursor.position
        // Which abilities are used: none.
        let choice: [UInt8] = [0, 0, best.minor, best.major, 0]
        return Agreement(version: best, bytes: choice, usedManifest: true, capabilities: capabilities)
    }

    /// A number of 7 bits per byte, the lowest first; the highest bit says that another byte follows.
    private static func varint(_ bytes: Span<UInt8>, _ cursor: inout ByteCursor) throws(BoltWireError) -> UInt64? {
        var number: UInt64 = 0
        for index in 0..<UInt64(10) {
            guard let byte = cursor.uint8(bytes) else { return nil }
            if index == 9, byte > 1 { break }
            number |= UInt64(byte & 0x7F) << (7 * index)
            if byte & 0x80 == 0 { return number }
        }
        throw .malformed("a number of more than 64 bits")
    }

    /// Whether a range of four bytes (unused, how many minor versions below, minor, major) has a version in it.
    private static func contains(_ bytes: Span<UInt8>, _ place: Int, _ version: BoltVersion) -> Bool {
        let (below, minor, major) = (bytes[place + 1], bytes[place + 2], bytes[place + 3])
        return version.major == major && version.minor <= minor && minor - version.minor <= below
    }

    private static func range(_ bytes: Span<UInt8>, _ place: Int) -> String {
        let (below, minor, major) = (bytes[place + 1], bytes[place + 2], bytes[place + 3])
        let highest = BoltVersion(major, minor)
        return below == 0 ? "\(highest)" : "\(BoltVersion(major, minor - min(below, minor))) to \(highest)"
    }
}
