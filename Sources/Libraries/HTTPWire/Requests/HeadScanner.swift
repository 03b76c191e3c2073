/// Finds the end of a request's head in bytes that come in any pieces, and refuses what no head may hold.
///
/// Each byte is looked at once, however small the pieces are.
struct HeadScanner: Sendable {
    /// How far the scan has come.
    enum Result {
        case incomplete
        /// The head has so many bytes, with the empty line at its end.
        case complete(Int)
    }

    /// What was scanned already; the next byte is not part of a line's end.
    private var position = 0
    /// Where the current line begins.
    private var lineStart = 0

    /// Scans what has come since the last call.
    ///
    /// - Parameters:
    ///   - head: All bytes from the first one of the head on, the scanned ones included.
    ///   - limit: The most bytes that a head may have.
    /// - Throws: ``HTTPRefusal`` for a head that is too long, or a byte that no head may hold where it stands.
    mutating func scan(_ head: Span<UInt8>, limit: Int) throws(HTTPRefusal) -> Result {
        // One more than the limit is enough to know that a head is too long.
        let end = min(head.count, limit + 1)
        var position = self.position
        while position < end {
            let byte = head[position]
            if byte >= 0x20, byte != 0x7F {
                position += 1
                continue
            }
            switch byte {
            case UInt8(ascii: "\r"):
                // Neither a line's end nor the head's fits any more.
                guard position + 2 <= limit else { throw tooLong(limit) }
                guard position + 1 < head.count else {
                    self.position = position
                    return .incomplete
                }
                guard head[position + 1] == UInt8(ascii: "\n") else {
                    throw .malformed("The head holds a carriage return that does not end a line.")
                }
                if position == lineStart { return .complete(position + 2) }
                position += 2
                lineStart = position
            case UInt8(ascii: "\t"): position += 1
            case UInt8(ascii: "\n"): throw .malformed("A line of the head does not end with CR LF.")
            case 0x16 where position == 0: throw .malformed("The client speaks TLS, and this port plain HTTP.")
            default: throw .malformed("The head holds a control character.")
            }
        }
        guard position <= limit else { throw tooLong(limit) }
        self.position = position
        return .incomplete
    }

    private func tooLong(_ limit: Int) -> HTTPRefusal {
        lineStart == 0
            ? HTTPRefusal(.targetTooLong(limit: limit), detail: "The request line is longer than \(limit) bytes.")
            : HTTPRefusal(.headTooLarge(limit: limit), detail: "The header is larger than \(limit) bytes.")
    }
}
