import Bytes

/// Reads the answers of an HTTP/1.1 server on one connection, of which one is awaited at a time.
///
/// Pure: bytes in, answers out. Bodies have a length or come in chunks; interim answers are skipped.
struct AnswerReader {
    /// The most bytes of an answer: those of 10,000 ids, and more.
    static let limit = 4 << 20

    /// An answer.
    struct Answer: Hashable {
        var status: Int
        var body: [UInt8]
        /// Whether the server goes on with this connection.
        var keepsConnection: Bool
    }

    /// Why bytes are not an answer.
    struct Failure: Error, Hashable {
        var text: String
    }

    private var received: [UInt8] = []

    /// Takes what has arrived.
    ///
    /// - Returns: The answer once it is complete.
    /// - Throws: For what is not an answer, and for one that is too long; the connection is of no use then.
    mutating func read(_ bytes: [UInt8]) throws(Failure) -> Answer? {
        if received.isEmpty { received = bytes } else { received += bytes }
        while true {
            guard let end = Self.headEnd(received) else {
                guard received.count <= 65_536 else { throw Failure(text: "the head of the answer is too long") }
                return nil
            }
            let head = try Head(received[..<end])
            if (100..<200).contains(head.status) {
                received.removeFirst(end)
                continue
            }
            guard let (body, next) = try head.body(in: received, from: end) else {
                guard received.count <= Self.limit else { throw Failure(text: "the answer is too long") }
                return nil
            }
            guard next == received.count else { throw Failure(text: "the server says more than it was asked") }
            received.removeAll(keepingCapacity: true)
            return Answer(status: head.status, body: body, keepsConnection: head.keepsConnection)
        }
    }

    /// The place behind the blank line.
    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        var index = 3
        while index < bytes.count {
            // The usual byte is neither: two comparisons decide.
            if bytes[index] == 0x0A, bytes[index - 1] == 0x0D, bytes[index - 2] == 0x0A, bytes[index - 3] == 0x0D {
                return index + 1
            }
            index += 1
        }
        return nil
    }
}

/// What the head of an answer says.
private struct Head {
    var status = 0
    var keepsConnection = true
    private var length: Int?
    private var isChunked = false

    /// - Parameter bytes: The lines, with the blank one.
    init(_ bytes: ArraySlice<UInt8>) throws(AnswerReader.Failure) {
        guard bytes.count > 12, bytes.starts(with: "HTTP/1.".utf8) else {
            throw AnswerReader.Failure(text: "the server does not speak HTTP/1.1")
        }
        for byte in bytes[(bytes.startIndex + 9)..<(bytes.startIndex + 12)] {
            guard (0x30...0x39).contains(byte) else { throw AnswerReader.Failure(text: "the answer has no status") }
            status = status * 10 + Int(byte - 0x30)
        }
        keepsConnection = bytes[bytes.startIndex + 7] == UInt8(ascii: "1")
        for line in bytes.split(separator: 0x0A).dropFirst() { try read(line) }
    }

    private mutating func read(_ line: ArraySlice<UInt8>) throws(AnswerReader.Failure) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        // Of the usual dozen fields three count; their names begin with two letters.
        guard let first = line.first, first | 0x20 == UInt8(ascii: "c") || first | 0x20 == UInt8(ascii: "t") else {
            return
        }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        let value = String(decoding: line[(colon + 1)...], as: UTF8.self).lowercased().trimmed
        switch name {
        case "content-length":
            guard let count = Int(value), count >= 0 else {
                throw AnswerReader.Failure(text: "the answer has the length \(value.prefix(40))")
            }
            length = count
        case "transfer-encoding": isChunked = value.hasSuffix("chunked")
        case "connection": if value == "close" { keepsConnection = false }
        default: break
        }
    }

    /// The body and the place behind it; nil while it is not complete.
    func body(in bytes: [UInt8], from start: Int) throws(AnswerReader.Failure) -> ([UInt8], next: Int)? {
        if isChunked { return try chunks(in: bytes, from: start) }
        if status == 204 || status == 304 { return ([], start) }
        guard let length else { throw AnswerReader.Failure(text: "the answer has no length") }
        guard length <= AnswerReader.limit else { throw AnswerReader.Failure(text: "the answer is too long") }
        return bytes.count - start < length ? nil : (Array(bytes[start..<(start + length)]), start + length)
    }

    private func chunks(in bytes: [UInt8], from start: Int) throws(AnswerReader.Failure) -> ([UInt8], next: Int)? {
        var (body, place) = ([UInt8](), start)
        while true {
            guard let end = bytes[place...].firstIndex(of: 0x0A) else { return nil }
            let digits = String(decoding: bytes[place..<end], as: UTF8.self).prefix { $0.isHexDigit }
            guard let count = Int(digits, radix: 16), count <= AnswerReader.limit else {
                throw AnswerReader.Failure(text: "a chunk of the answer has no length")
            }
            place = end + 1
            // The line end behind a chunk, or that of the trailer.
            guard bytes.count >= place + count + 2 else { return nil }
            if count == 0 {
                guard bytes[place] == 0x0D, bytes[place + 1] == 0x0A else {
                    throw AnswerReader.Failure(text: "the answer has a trailer")
                }
                return (body, place + 2)
            }
            body += bytes[place..<(place + count)]
            place += count + 2
        }
    }
}

extension String {
    /// Without spaces, tabs and the carriage return at both ends.
    fileprivate var trimmed: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
