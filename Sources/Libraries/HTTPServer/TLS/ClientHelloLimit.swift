/// Watches the beginning of a handshake for a ClientHello that announces too much. OpenSSL 3.0 reserves up to 175 KB as
/// soon as four octets announce them, where the largest that clients send has a few thousand.
///
/// It follows the records (RFC 8446, section 5.1) and the messages in them until something comes that is not a
/// ClientHello; there may be two. Later messages have small limits in OpenSSL itself.
struct ClientHelloLimit {
    /// The most octets that a ClientHello may announce: what one record holds.
    static let maximum = 16_384

    private static let (handshakeRecord, applicationRecord): (UInt8, UInt8) = (22, 23)
    private static let clientHello: UInt8 = 1

    /// The header of the record, as far as it came, and how much of its payload is to come.
    private var record = Header(size: 5)
    private var recordRest = 0
    /// The header of the message, as far as it came, and how much of its body is to come.
    private var message = Header(size: 4)
    private var messageRest = 0

    private(set) var isOver = false

    /// Looks at more bytes.
    ///
    /// - Returns: Whether they may be read.
    mutating func allows(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count, !isOver {
            if recordRest == 0 {
                record.append(bytes[index])
                index += 1
                if record.isWhole { recordRest = record.value(from: 3) }
                if record.first == Self.applicationRecord { isOver = true }
            } else if record.first == Self.handshakeRecord, messageRest == 0 {
                message.append(bytes[index])
                index += 1
                recordRest -= 1
                if message.first != Self.clientHello { isOver = true }
                if message.isWhole {
                    messageRest = message.value(from: 1)
                    if messageRest > Self.maximum { return false }
                    message = Header(size: 4)
                }
            } else {
                let isHandshake = record.first == Self.handshakeRecord
                let count = min(bytes.count - index, recordRest, isHandshake ? messageRest : .max)
                index += count
                recordRest -= count
                if isHandshake { messageRest -= count }
            }
            if recordRest == 0, record.isWhole { record = Header(size: 5) }
        }
        return true
    }

    /// A few octets that come one by one.
    private struct Header {
        let size: Int
        private var octets: UInt64 = 0
        private var count = 0

        init(size: Int) {
            self.size = size
        }

        var isWhole: Bool { count == size }
        var first: UInt8? { count == 0 ? nil : UInt8(truncatingIfNeeded: octets >> (8 * (count - 1))) }

        mutating func append(_ octet: UInt8) {
            octets = octets << 8 | UInt64(octet)
            count += 1
        }

        /// The number in the octets from `start` on.
        func value(from start: Int) -> Int {
            Int(octets & (1 << (8 * (size - start)) - 1))
        }
    }
}
