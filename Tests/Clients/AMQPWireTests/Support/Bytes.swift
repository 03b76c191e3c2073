import AMQPWire

// Bytes written after the specification, without the encoder under test.

/// Bytes of hexadecimal digits; spaces are for the reader.
func hex(_ digits: String) -> [UInt8] {
    let nibbles = digits.compactMap(\.hexDigitValue)
    return stride(from: 0, to: nibbles.count - 1, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
}

func join(_ parts: [UInt8]...) -> [UInt8] {
    parts.reduce(into: []) { $0 += $1 }
}

func big(_ number: Int, bytes count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
}

/// A short string: one octet of length.
func short(_ text: String) -> [UInt8] {
    join(big(text.utf8.count, bytes: 1), Array(text.utf8))
}

/// A long string, a table or an array: four octets of length.
func long(_ content: [UInt8]) -> [UInt8] {
    join(big(content.count, bytes: 4), content)
}

func long(_ text: String) -> [UInt8] {
    long(Array(text.utf8))
}

/// A frame around a payload.
func frame(_ type: UInt8, _ channel: Int, _ payload: [UInt8]) -> [UInt8] {
    join([type], big(channel, bytes: 2), long(payload), [0xCE])
}

/// A method frame on channel 1 with a queue.declare of these arguments.
func queueDeclare(arguments: [UInt8]) -> [UInt8] {
    frame(1, 1, join(hex("0032 000A 0000"), short("q"), hex("00"), long(arguments)))
}

/// A content header's frame on channel 1 for no body, with these headers and an expiration after them.
func contentHeader(headers: [UInt8]) -> [UInt8] {
    frame(2, 1, join(hex("003C 0000 0000000000000000 2100"), long(headers), short("60")))
}

/// Every frame that bytes given at once decode to.
func decoded(_ bytes: [UInt8], _ limits: DecodingLimits = DecodingLimits()) throws -> [Frame] {
    var decoder = FrameDecoder(limits: limits)
    decoder.append(bytes)
    return try rest(&decoder)
}

/// Every frame that the decoder still has.
func rest(_ decoder: inout FrameDecoder) throws(WireError) -> [Frame] {
    var frames: [Frame] = []
    while let frame = try decoder.next() { frames.append(frame) }
    return frames
}

/// The error with which decoding ends, if it does.
func failure(_ bytes: [UInt8], _ limits: DecodingLimits = DecodingLimits()) -> WireError? {
    do {
        _ = try decoded(bytes, limits)
        return nil
    } catch {
        return error as? WireError
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
