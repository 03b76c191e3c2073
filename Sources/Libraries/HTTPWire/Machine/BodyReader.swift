/// Gathers the body of one request, whose head is known.
struct BodyReader: Sendable {
    enum Framing: Sendable {
        /// So many bytes are still to come.
        case length(Int)
        case chunked(ChunkDecoder)
    }

    let head: RequestHead
    let limit: Int
    var framing: Framing
    var body: [UInt8] = []
    /// Set once the body is not wanted any more: the rest of it is dropped, and then this answered.
    var refusal: HTTPRefusal?
    /// How many bytes came with a piece that was dropped, or a part of it, framing included.
    var swallowed = 0

    /// What is only announced is not worth much memory yet.
    private static let reserve = 65_536

    init(_ head: RequestHead, limit: Int, limits: RequestLimits) {
        self.head = head
        self.limit = limit
        if case .length(let length) = head.framing {
            framing = .length(length)
            body.reserveCapacity(min(length, Self.reserve))
        } else {
            framing = .chunked(ChunkDecoder(allowance: limits.maxHeaderBytes, limit: limit))
        }
    }

    /// Goes over bytes until the end of the body, or of the bytes.
    ///
    /// - Parameter room: How many bytes the server may still hold.
    /// - Returns: The index behind the last byte that was used, and whether that was the last one of the body.
    mutating func read(
        _ bytes: ArraySlice<UInt8>, room: Int
    ) throws(HTTPRefusal) -> (end: Int, isWhole: Bool) {
        let (end, isWhole) = try advance(bytes, room: room)
        if refusal != nil { swallowed += end - bytes.startIndex }
        return (end, isWhole)
    }

    private mutating func advance(
        _ bytes: ArraySlice<UInt8>, room: Int
    ) throws(HTTPRefusal) -> (end: Int, isWhole: Bool) {
        switch framing {
        case .length(let rest):
            let end = bytes.startIndex + min(rest, bytes.count)
            take(bytes[..<end], room: room)
            framing = .length(rest - (end - bytes.startIndex))
            return (end, rest == end - bytes.startIndex)
        case .chunked(var decoder):
            var rest = max(0, room)
            let end = try decoder.decode(bytes) { piece in
                take(piece, room: rest)
                rest = max(0, rest - piece.count)
            }
            framing = .chunked(decoder)
            return (end, decoder.isFinished)
        }
    }

    private mutating func take(_ piece: ArraySlice<UInt8>, room: Int) {
        if refusal == nil {
            if body.count + piece.count > limit {
                refuse(.bodyTooLarge(limit: limit, head))
            } else if piece.count > room {
                refuse(
                    HTTPRefusal(.overloaded, detail: "The server holds as many request bodies as it may.", head: head))
            }
        }
        if refusal == nil { body.append(contentsOf: piece) }
    }

    private mutating func refuse(_ refusal: HTTPRefusal) {
        self.refusal = refusal
        body = []
    }
}
