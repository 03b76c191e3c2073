import AMQPWire
import TestSupport
import Testing

@Suite("Bodies and frame-max")
struct BodyTests {
    private static let frameMax = 4_096
    private let publish = BasicPublish(exchange: "e", routingKey: "r", mandatory: true)

    @Test(
        "a body is cut into as few frames as frame-max allows, and an empty one into none",
        arguments: [
            (0, []), (1, [1]), (frameMax - 8, [4_088]), (frameMax - 7, [4_088, 1]),
            (2 * (frameMax - 8), [4_088, 4_088]), (2 * (frameMax - 8) + 1, [4_088, 4_088, 1]),
        ])
    func sizes(_ size: Int, _ parts: [Int]) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let body = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var properties = BasicProperties()
        properties.deliveryMode = 2
        var encoder = FrameEncoder(frameMax: Self.frameMax)
        try encoder.publish(publish, properties: properties, body: body, channel: 5)
        // Decoded with the same bound, so that no frame is larger.
        let frames = try decoded(encoder.take(), DecodingLimits(frameMax: Self.frameMax))
        #expect(
            frames.prefix(2) == [
                .method(channel: 5, .basicPublish(publish)),
                .header(channel: 5, ContentHeader(bodySize: UInt64(size), properties: properties)),
            ])
        let bodies = frames.dropFirst(2).map { frame -> [UInt8] in
            if case .body(5, let part) = frame { part } else { [] }
        }
        #expect(bodies.map(\.count) == parts)
        #expect(Array(bodies.joined()) == body)
        #expect(encoder.bytes.isEmpty)
    }

    @Test("publishing is a method, a header and a body one after the other")
    func parts() throws {
        var properties = BasicProperties()
        properties.headers = ["k": .void]
        var whole = FrameEncoder()
        try whole.publish(publish, properties: properties, body: [1, 2, 3], channel: 2)
        var parts = FrameEncoder()
        try parts.method(.basicPublish(publish), channel: 2)
        try parts.header(ContentHeader(bodySize: 3, properties: properties), channel: 2)
        parts.body([1, 2, 3], channel: 2)
        #expect(whole.bytes == parts.bytes)
    }

    @Test("an empty body frame of a peer is a frame")
    func emptyPart() throws {
        #expect(try decoded(frame(3, 9, [])) == [.body(channel: 9, [])])
    }

    @Test("a body may hold any octets, frame ends among them")
    func anyOctets() throws {
        let body = (0..<1_024).map { UInt8(truncatingIfNeeded: $0.isMultiple(of: 3) ? 0xCE : $0) }
        #expect(try decoded(frame(3, 1, body) + frame(8, 0, [])) == [.body(channel: 1, body), .heartbeat])
    }

    @Test("frames one after the other come in the order in which they were written")
    func order() throws {
        var encoder = FrameEncoder()
        for number in 0..<100 {
            try encoder.publish(publish, properties: BasicProperties(), body: [UInt8(number)], channel: 1)
        }
        let bodies = try decoded(encoder.bytes).compactMap { frame -> UInt8? in
            if case .body(_, let part) = frame { part.first } else { nil }
        }
        #expect(bodies == Array(0..<100))
    }
}
