import AMQPWire
import TestSupport

/// A valid stream with frames of every kind, and what it decodes to.
struct SampleStream {
    private(set) var bytes: [UInt8] = []
    private(set) var frames: [Frame] = []

    /// Every method, with contents and heartbeats in between.
    static let whole: SampleStream = {
        var stream = SampleStream()
        for (index, sample) in MethodSample.all.enumerated() {
            stream.method(sample, channel: UInt16(index))
            if sample.method.isContent { stream.content(size: index, channel: UInt16(index)) }
            if index.isMultiple(of: 10) { stream.heartbeat() }
        }
        return stream
    }()

    /// A few frames of any kind.
    static func some(_ count: Int, using generator: inout SeededGenerator) -> SampleStream {
        var stream = SampleStream()
        for _ in 0..<count {
            guard let sample = MethodSample.all.randomElement(using: &generator) else { continue }
            stream.method(sample, channel: UInt16.random(in: 0...3, using: &generator))
            if sample.method.isContent || Bool.random(using: &generator) { stream.content(size: 20, channel: 1) }
        }
        return stream
    }

    private mutating func method(_ sample: MethodSample, channel: UInt16) {
        bytes += frame(1, Int(channel), sample.payload)
        frames.append(.method(channel: channel, sample.method))
    }

    /// A header with a table of every type, and a body in two frames.
    private mutating func content(size: Int, channel: UInt16) {
        let table = ValueSample.all.reduce(into: []) { $0 += short("k") + $1.bytes }
        var properties = BasicProperties()
        properties.headers = FieldTable(ValueSample.all.map { FieldTable.Entry("k", $0.value) })
        properties.priority = 5
        bytes += frame(
            2, Int(channel), join(hex("003C 0000"), big(2 * size, bytes: 8), hex("2800"), long(table), [5]))
        frames.append(.header(channel: channel, ContentHeader(bodySize: UInt64(2 * size), properties: properties)))
        for octet in [UInt8(0xCE), 0] {
            let body = [UInt8](repeating: octet, count: size)
            bytes += frame(3, Int(channel), body)
            frames.append(.body(channel: channel, body))
        }
    }

    private mutating func heartbeat() {
        bytes += frame(8, 0, [])
        frames.append(.heartbeat)
    }
}
