// What the targets for AMQP share.

/// A frame whose size and end are right, around a payload.
func framed(_ type: UInt8, channel: UInt16, _ payload: some Collection<UInt8>) -> [UInt8] {
    var bytes = [type]
    bytes.append(uint16: channel)
    bytes.append(uint32: UInt32(payload.count))
    bytes += payload
    bytes.append(FrameDecoder.frameEnd)
    return bytes
}

/// Takes the input for records of a control octet, a length and a payload, and frames the payloads: so that mutations get
/// behind sizes and ends, which they would break otherwise.
///
/// The control octet's lower two bits choose the type, the next two the channel, the upper four are the target's.
struct Records: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func next() -> (frame: [UInt8], choice: UInt8)? {
        guard let control = rest.popFirst(), let length = rest.popFirst() else { return nil }
        let payload = rest.prefix(Int(length))
        rest = rest.dropFirst(payload.count)
        let type: UInt8 = [1, 2, 3, 8][Int(control & 3)]
        return (framed(type, channel: UInt16(control >> 2 & 3), payload), control >> 4)
    }
}

extension FrameEncoder {
    /// A decoded frame again.
    mutating func frame(_ frame: Frame) throws(WireError) {
        switch frame {
        case .method(let channel, let method): try self.method(method, channel: channel)
        case .header(let channel, let header): try self.header(header, channel: channel)
        case .body(let channel, let part): body(part, channel: channel)
        case .heartbeat: heartbeat()
        }
    }
}

/// Encodes what was decoded and decodes it again: the bytes are then the same. Values are not compared, since a number
/// may be none that is equal to itself.
func checkRoundTrip(_ frame: Frame) {
    if case .body(_, []) = frame { return }
    let room = 16 * 1_024 * 1_024
    var encoder = FrameEncoder(frameMax: room)
    do throws(WireError) {
        try encoder.frame(frame)
    } catch {
        // Three octets stand for each that was not UTF-8, for which a short string may have no room. A number that is not
        // finite is read, since other clients send it, and not written, since RabbitMQ ends the connection over it.
        check(
            error.message.hasPrefix("a short string has at most 255 bytes")
                || error.message.hasPrefix("a number in a table is infinite or not a number"),
            "decoded, not encoded: \(error)")
        check(encoder.bytes.isEmpty, "an error left \(encoder.bytes.count) bytes")
        return
    }
    let bytes = encoder.take()
    var decoder = FrameDecoder(limits: DecodingLimits(frameMax: room, nesting: .max, fieldValues: .max))
    decoder.append(bytes)
    do throws(WireError) {
        guard let again = try decoder.next() else { fatalError("encoded, not whole: \(frame)") }
        try encoder.frame(again)
        check(encoder.bytes == bytes, "another frame: \(frame) and \(again)")
        check(try decoder.next() == nil, "more than a frame: \(frame)")
    } catch {
        fatalError("encoded, not decoded: \(error): \(frame)")
    }
}
