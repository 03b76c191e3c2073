/// What to consume, and how. A value; safe to use from any thread.
public struct ConsumerRequest: Sendable, Hashable {
    /// The queue's name.
    public var queue: String
    /// The most deliveries that are unsettled at a time: 1 ... 65,535.
    public var prefetch: Int
    /// The consumer's name on its channel; nil: the client makes one.
    public var tag: String?
    /// Whether the broker refuses other consumers of the queue.
    public var exclusive: Bool
    /// The broker's own arguments, such as `x-priority`.
    public var arguments: FieldTable

    /// Makes a request, which is checked when consuming begins.
    ///
    /// - Parameters:
    ///   - queue: the queue's name.
    ///   - prefetch: the most deliveries that are unsettled at a time: 1 ... 65,535.
    ///   - tag: the consumer's name on its channel; nil: the client makes one.
    ///   - exclusive: whether the broker refuses other consumers of the queue.
    ///   - arguments: the broker's own arguments, such as `x-priority`.
    public init(
        queue: String, prefetch: Int, tag: String? = nil, exclusive: Bool = false, arguments: FieldTable = [:]
    ) {
        self.queue = queue
        self.prefetch = prefetch
        self.tag = tag
        self.exclusive = exclusive
        self.arguments = arguments
    }

    /// The requests by which consuming begins, in order: basic.qos and basic.consume.
    ///
    /// - Parameter tag: the consumer's name on its channel. The client names it, so that the consumer is known before
    ///   its first delivery.
    /// - Returns: the methods.
    /// - Throws: ``WireError`` (502) for a prefetch that does not fit its field, or is zero, which means no limit.
    public func methods(tag: String) throws(WireError) -> [Method] {
        guard let count = UInt16(exactly: prefetch), count > 0 else {
            throw WireError(replyCode: 502, message: "a prefetch is 1 ... 65,535, not \(prefetch)")
        }
        var consume = BasicConsume(queue: queue, consumerTag: tag)
        consume.exclusive = exclusive
        consume.arguments = arguments
        return [.basicQos(prefetchSize: 0, prefetchCount: count, global: false), .basicConsume(consume)]
    }
}
