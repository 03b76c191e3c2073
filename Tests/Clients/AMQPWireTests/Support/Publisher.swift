import AMQPWire
import Testing

/// Whoever publishes by a window: encodes, and reads back what was sent.
struct Publisher {
    var limits = PublishWindow.Limits(
        unconfirmedMessages: 100, unconfirmedBytes: 1_000, waitingMessages: 1_000, sendTimeout: .seconds(5),
        confirmTimeout: .seconds(10))
    {
        didSet { window = PublishWindow(limits: limits, at: now) }
    }
    var now = ContinuousClock.now
    var encoderLimit = Int.max
    lazy var window = PublishWindow(limits: limits, at: now)
    private var batches: UInt64 = 0
    private var unread: [String] = []

    static func properties(_ name: String) -> BasicProperties {
        var properties = BasicProperties()
        properties.messageID = name
        properties.contentType = "text/plain"
        return properties
    }

    @discardableResult
    mutating func publish(_ count: Int) -> UInt64? {
        publish(bodies: Array(repeating: 1, count: count))
    }

    @discardableResult
    mutating func publish(bodies: [Int], routingKeys: [String]? = nil) -> UInt64? {
        let messages = bodies.enumerated().map { index, size in
            OutgoingMessage(
                exchange: "e", routingKey: routingKeys?[index] ?? "k",
                properties: Self.properties("\(batches + 1).\(index)"), body: [UInt8](repeating: 7, count: size))
        }
        guard let batch = window.add(messages, at: now) else { return nil }
        batches += 1
        send()
        return batch
    }

    mutating func send() {
        var encoder = FrameEncoder()
        window.send(to: &encoder, channel: 3, upTo: encoderLimit, at: now)
        var decoder = FrameDecoder()
        decoder.append(encoder.take())
        while let frame = try? decoder.next() {
            #expect(frame.channel == 3)
            if case .header(_, let header) = frame { unread.append(header.properties.messageID ?? "") }
        }
    }

    /// What was sent since the last call.
    var sent: [String] {
        mutating get {
            defer { unread = [] }
            return unread
        }
    }

    mutating func comeBack(_ name: String, properties: BasicProperties? = nil) throws {
        let method = BasicReturn(replyCode: 312, replyText: "NO_ROUTE", exchange: "e", routingKey: "k")
        let header = ContentHeader(bodySize: 1, properties: properties ?? Self.properties(name))
        try window.returned(method, header, [7])
    }

    mutating func expire(after time: Duration, blocked: String? = nil) {
        now += time
        window.expire(at: now, blocked: blocked)
    }

    mutating func popAll() -> [PublishWindow.Finished] {
        var all: [PublishWindow.Finished] = []
        while let finished = window.popFinished() { all.append(finished) }
        return all
    }
}

extension Frame {
    fileprivate var channel: UInt16 {
        switch self {
        case .method(let channel, _), .header(let channel, _), .body(let channel, _): channel
        case .heartbeat: 0
        }
    }
}
