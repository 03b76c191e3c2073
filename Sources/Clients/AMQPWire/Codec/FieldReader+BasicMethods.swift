extension FieldReader {
    /// A method of class basic after its number.
    mutating func basicMethod(_ id: UInt16, _ bytes: Span<UInt8>) throws(WireError) -> Method? {
        switch id {
        case 60:
            return .basicDeliver(
                BasicDeliver(
                    consumerTag: try shortString(bytes), deliveryTag: try uint64(bytes),
                    redelivered: try bit(bytes), exchange: try shortString(bytes),
                    routingKey: try shortString(bytes)))
        case 80: return .basicAck(deliveryTag: try uint64(bytes), multiple: try bit(bytes))
        case 120:
            let tag = try uint64(bytes)
            let bits = try bits(bytes)
            return .basicNack(deliveryTag: tag, multiple: bits[0], requeue: bits[1])
        case 90: return .basicReject(deliveryTag: try uint64(bytes), requeue: try bit(bytes))
        case 50:
            return .basicReturn(
                BasicReturn(
                    replyCode: try uint16(bytes), replyText: try shortString(bytes),
                    exchange: try shortString(bytes), routingKey: try shortString(bytes)))
        case 40:
            _ = try uint16(bytes)
            let (exchange, routingKey) = (try shortString(bytes), try shortString(bytes))
            let bits = try bits(bytes)
            return .basicPublish(
                BasicPublish(exchange: exchange, routingKey: routingKey, mandatory: bits[0], immediate: bits[1]))
        case 70:
            _ = try uint16(bytes)
            return .basicGet(queue: try shortString(bytes), noAck: try bit(bytes))
        case 71:
            return .basicGetOk(
                BasicGetOk(
                    deliveryTag: try uint64(bytes), redelivered: try bit(bytes), exchange: try shortString(bytes),
                    routingKey: try shortString(bytes), messageCount: try uint32(bytes)))
        case 72:
            _ = try shortString(bytes)
            return .basicGetEmpty
        default: return try basicConsumerMethod(id, bytes)
        }
    }

    private mutating func basicConsumerMethod(_ id: UInt16, _ bytes: Span<UInt8>) throws(WireError) -> Method? {
        switch id {
        case 10:
            return .basicQos(
                prefetchSize: try uint32(bytes), prefetchCount: try uint16(bytes), global: try bit(bytes))
        case 11: return .basicQosOk
        case 20:
            _ = try uint16(bytes)
            var consume = BasicConsume(queue: try shortString(bytes), consumerTag: try shortString(bytes))
            let bits = try bits(bytes)
            consume.noLocal = bits[0]
            consume.noAck = bits[1]
            consume.exclusive = bits[2]
            consume.noWait = bits[3]
            consume.arguments = try table(bytes)
            return .basicConsume(consume)
        case 21: return .basicConsumeOk(consumerTag: try shortString(bytes))
        case 30: return .basicCancel(consumerTag: try shortString(bytes), noWait: try bit(bytes))
        case 31: return .basicCancelOk(consumerTag: try shortString(bytes))
        case 100: return .basicRecoverAsync(requeue: try bit(bytes))
        case 110: return .basicRecover(requeue: try bit(bytes))
        case 111: return .basicRecoverOk
        default: return nil
        }
    }
}
