/// Writes messages one after the other into one buffer, which goes to the socket in one write; in chunks of at most 65,535
/// bytes, as the protocol wants them. A value without I/O, owned by one actor.
public struct MessageEncoder: Sendable {
    /// The negotiated version: it decides what some messages hold.
    public private(set) var version: BoltVersion
    private var writer: PackStreamWriter

    static let largestChunk = 65_535

    /// An encoder with nothing written.
    ///
    /// - Parameters:
    ///   - version: The negotiated version.
    ///   - writesResults: Whether nodes, relationships and paths are written, as a server does. A client that sent one
    ///     would only be refused.
    public init(version: BoltVersion, writesResults: Bool = false) {
        self.version = version
        writer = PackStreamWriter(dialect: PackStreamDialect(version))
        writer.writesResults = writesResults
    }

    /// What has been written and not taken.
    public var bytes: [UInt8] { writer.bytes }

    /// Which values exist, and in which form. It follows from the version, and changes for a 4.4 that has agreed to write
    /// date-times in UTC.
    public var dialect: PackStreamDialect {
        get { writer.dialect }
        set { writer.dialect = newValue }
    }

    /// Writes a client's message.
    ///
    /// - Parameter request: The message.
    /// - Throws: ``BoltWireError`` (``BoltWireError/Code/notEncodable``) for a message that the version does not have, or
    ///   a value that cannot be written. Nothing is written then.
    public mutating func request(_ request: Request) throws(BoltWireError) {
        switch request {
        case .hello(let hello): try message(MessageTag.hello, hello.entries(version))
        case .logon(let authentication):
            guard version.hasLogon else { throw .missing("LOGON", version) }
            try message(MessageTag.logon, authentication.all)
        case .logoff:
            guard version.hasLogon else { throw .missing("LOGOFF", version) }
            try message(MessageTag.logoff, count: 0) { _ in }
        case .telemetry(let api):
            guard version.hasTelemetry else { throw .missing("TELEMETRY", version) }
            try message(MessageTag.telemetry, count: 1) { $0.integer(api.rawValue) }
        case .route(let route):
            try message(MessageTag.route, count: 3) { writer in
                writer.map(route.routing)
                writer.list(route.bookmarks) { $1.string($0) }
                writer.map(route.entries)
            }
        case .begin(let options): try message(MessageTag.begin, options.entries(version))
        case .run(let query, let parameters, let options):
            try run(query, options: options) { $0.map(parameters) }
        case .pull(let demand): try message(MessageTag.pull, try demand.entries())
        case .discard(let demand): try message(MessageTag.discard, try demand.entries())
        case .commit: try message(MessageTag.commit, count: 0) { _ in }
        case .rollback: try message(MessageTag.rollback, count: 0) { _ in }
        case .reset: try message(MessageTag.reset, count: 0) { _ in }
        case .goodbye: try message(MessageTag.goodbye, count: 0) { _ in }
        }
    }

    /// Writes RUN, with parameters that are written in place.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - options: The query's own transaction; nil within the one that BEGIN began.
    ///   - parameters: Writes exactly one value, which is a map.
    /// - Throws: ``BoltWireError`` (``BoltWireError/Code/notEncodable``) where the parameters cannot be written, or are
    ///   more or less than one value. Nothing is written then.
    public mutating func run(
        _ query: String, options: TransactionOptions? = TransactionOptions(),
        parameters: (inout PackStreamWriter) -> Void
    ) throws(BoltWireError) {
        let extra = options?.entries(version) ?? [:]
        try message(MessageTag.run, count: 3) { writer in
            writer.string(query)
            parameters(&writer)
            writer.map(extra)
        }
    }

    /// Writes any message, such as a server's answer.
    ///
    /// - Parameter message: The message.
    /// - Throws: ``BoltWireError`` (``BoltWireError/Code/notEncodable``) for a value that cannot be written. Nothing is
    ///   written then.
    public mutating func message(_ message: BoltStructure) throws(BoltWireError) {
        try self.message(message.tag, count: message.fields.count) { writer in
            for field in message.fields { writer.value(field) }
        }
    }

    /// Writes a chunk without content: it shows the other side that this one lives. Only between messages.
    public mutating func noop() {
        writer.bytes += [0, 0]
    }

    /// Writes bytes that are not a message, such as those of a handshake.
    mutating func raw(_ bytes: [UInt8]) {
        writer.bytes += bytes
    }

    /// Takes what was written, and leaves nothing.
    ///
    /// - Returns: The bytes to send.
    public mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        // As much will probably be written next: the buffer need not grow to it step by step.
        taken.reserveCapacity(min(writer.bytes.count, 65_536))
        swap(&taken, &writer.bytes)
        return taken
    }

    private mutating func message(_ tag: UInt8, _ map: BoltMap) throws(BoltWireError) {
        try message(tag, count: 1) { $0.map(map) }
    }

    private mutating func message(
        _ tag: UInt8, count: Int, _ fields: (inout PackStreamWriter) -> Void
    ) throws(BoltWireError) {
        let start = writer.written.count
        writer.written += [0, 0]
        writer.missing = 1
        writer.structure(tag, count: count)
        fields(&writer)
        guard let failure = writer.failure ?? miscounted(writer.missing) else { return end(start) }
        writer.written.removeLast(writer.written.count - start)
        writer.failure = nil
        throw failure
    }

    private func miscounted(_ missing: Int) -> BoltWireError? {
        if missing == 0 { return nil }
        let what = missing > 0 ? "\(missing) values too few" : "\(-missing) values too many"
        return BoltWireError(.notEncodable, "a message with \(what): lists and maps have the size that is announced")
    }

    /// Enters the length of the one chunk; a longer message is cut.
    private mutating func end(_ start: Int) {
        let size = writer.written.count - start - 2
        if size <= Self.largestChunk {
            writer.written[start] = UInt8(size >> 8)
            writer.written[start + 1] = UInt8(size & 255)
        } else {
            let message = Array(writer.written[(start + 2)...])
            writer.written.removeLast(size + 2)
            var place = 0
            while place < size {
                let next = min(size, place + Self.largestChunk)
                writer.written.append(UInt8((next - place) >> 8))
                writer.written.append(UInt8((next - place) & 255))
                writer.written += message[place..<next]
                place = next
            }
        }
        writer.written += [0, 0]
    }
}

extension BoltWireError {
    fileprivate static func missing(_ name: String, _ version: BoltVersion) -> BoltWireError {
        BoltWireError(.notEncodable, "there is no \(name) in Bolt \(version)")
    }
}
