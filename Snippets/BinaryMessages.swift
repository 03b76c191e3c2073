//! Encodes messages of a binary protocol, decodes them from pieces, queues them, makes a part of a URI, and chooses a
//! shard and an order that are the same in every run.

import Bytes

/// A message of the protocol: a kind, a number, and a text of at most 65,535 bytes behind its length.
struct Message {
    var kind: UInt8
    var number: UInt32
    var text: String

    func encode(into bytes: inout [UInt8]) {
        bytes.append(kind)
        bytes.append(bigEndian: number)
        bytes.append(bigEndian: UInt16(text.utf8.count))
        bytes += text.utf8
    }
}

extension Message {
    /// Reads the next message. Where the bytes end within the message, the result is nil and the cursor stays.
    init?(from cursor: inout ByteCursor, _ bytes: Span<UInt8>) {
        var next = cursor
        guard let kind = next.uint8(bytes), let number = next.uint32(bytes), let length = next.uint16(bytes),
            let start = next.take(Int(length))
        else { return nil }
        let text = String(decoding: bytes.copy(from: start, Int(length)), as: UTF8.self)
        self.init(kind: kind, number: number, text: text)
        cursor = next
    }
}

/// The messages in bytes that arrive in pieces, which do not end where messages do.
func messages(in pieces: [ArraySlice<UInt8>]) -> FIFO<Message> {
    var queue = FIFO<Message>()
    var received: [UInt8] = []
    for piece in pieces {
        received += piece
        var cursor = ByteCursor(from: 0, to: received.count)
        while let message = Message(from: &cursor, received.span) { queue.append(message) }
        received.removeFirst(cursor.position)
        print("\(queue.count) messages, and \(received.count) bytes of the next one")
    }
    return queue
}

var sent: [UInt8] = []
for number: UInt32 in 1...3 { Message(kind: 7, number: number, text: "order \(number)").encode(into: &sent) }
var queue = messages(in: [sent[..<20], sent[20...]])
while let message = queue.popFirst() { print("\(message.number): \(message.text)") }

// A virtual host, a file name or a key may contain what separates the parts of a URI.
let part = PercentEncoding.encode("orders/2026 März")
print("amqp://localhost/\(part) names \(PercentEncoding.decode(part) ?? "nothing")")

// Names of header fields are tokens, and a line break in one would begin another field.
for name in ["Content-Type", "Content-Type\r\nX"] {
    print(!name.isEmpty && ByteSet.token.containsAll(name.utf8))
}

// The same shard for a customer in every process, on every machine.
var hash = FNV1a()
hash.add(contentsOf: "customer-17".utf8)
let digits = [UInt8](capacity: 16) { $0.append(hexadecimal: hash.value, count: 16) }
print("\(String(decoding: digits, as: UTF8.self)): shard \(hash.value % 8)")

// The same order in every run of a simulation.
var generator = SplitMix64(seed: 17)
print((1...5).shuffled(using: &generator))
