extension [UInt8] {
    /// A method with its class and method number (section 4.2.4).
    mutating func append(method: Method) throws(WireError) {
        append(uint16: method.classID)
        append(uint16: method.methodID)
        switch method {
        case .connectionOpenOk: try append(shortString: "")
        case .channelOpen: try append(shortString: "")
        case .channelOpenOk: append(uint32: 0)
        case .channelFlow(let active), .channelFlowOk(let active): append(bits: active)
        case .connectionClose(let reason), .channelClose(let reason):
            append(uint16: reason.replyCode)
            try append(shortString: reason.replyText)
            append(uint16: reason.classID)
            append(uint16: reason.methodID)
        case .confirmSelect(let noWait): append(bits: noWait)
        default:
            switch method.classID {
            case 10: try append(connectionMethod: method)
            case 40: try append(exchangeMethod: method)
            case 50: try append(queueMethod: method)
            case 60: try append(basicMethod: method)
            default: break
            }
        }
    }

    private mutating func append(connectionMethod method: Method) throws(WireError) {
        switch method {
        case .connectionStart(let start):
            append(start.versionMajor)
            append(start.versionMinor)
            try append(table: start.serverProperties)
            try append(longString: start.mechanisms)
            try append(longString: start.locales)
        case .connectionStartOk(let start):
            try append(table: start.clientProperties)
            try append(shortString: start.mechanism)
            try append(longBytes: start.response)
            try append(shortString: start.locale)
        case .connectionSecure(let bytes), .connectionSecureOk(let bytes): try append(longBytes: bytes)
        case .connectionTune(let tuning), .connectionTuneOk(let tuning):
            append(uint16: tuning.channelMax)
            append(uint32: tuning.frameMax)
            append(uint16: tuning.heartbeat)
        case .connectionOpen(let virtualHost):
            try append(shortString: virtualHost)
            try append(shortString: "")
            append(bits: false)
        case .connectionBlocked(let reason): try append(shortString: reason)
        case .connectionUpdateSecret(let secret, let reason):
            try append(longBytes: secret)
            try append(shortString: reason)
        default: break
        }
    }

    private mutating func append(exchangeMethod method: Method) throws(WireError) {
        switch method {
        case .exchangeDeclare(let declare):
            append(uint16: 0)
            try append(shortString: declare.exchange)
            try append(shortString: declare.type)
            append(
                bits: declare.passive, declare.durable, declare.autoDelete, declare.isInternal, declare.noWait)
            try append(table: declare.arguments)
        case .exchangeDelete(let exchange, let ifUnused, let noWait):
            append(uint16: 0)
            try append(shortString: exchange)
            append(bits: ifUnused, noWait)
        case .exchangeBind(let binding), .exchangeUnbind(let binding):
            append(uint16: 0)
            try append(shortString: binding.destination)
            try append(shortString: binding.source)
            try append(shortString: binding.routingKey)
            append(bits: binding.noWait)
            try append(table: binding.arguments)
        default: break
        }
    }

    private mutating func append(queueMethod method: Method) throws(WireError) {
        switch method {
        case .queueDeclare(let declare):
            append(uint16: 0)
            try append(shortString: declare.queue)
            append(
                bits: declare.passive, declare.durable, declare.exclusive, declare.autoDelete, declare.noWait)
            try append(table: declare.arguments)
        case .queueDeclareOk(let answer):
            try append(shortString: answer.queue)
            append(uint32: answer.messageCount)
            append(uint32: answer.consumerCount)
        case .queueBind(let binding):
            try append(binding: binding)
            append(bits: binding.noWait)
            try append(table: binding.arguments)
        case .queueUnbind(let binding):
            try append(binding: binding)
            try append(table: binding.arguments)
        case .queuePurge(let queue, let noWait):
            append(uint16: 0)
            try append(shortString: queue)
            append(bits: noWait)
        case .queueDelete(let queue, let ifUnused, let ifEmpty, let noWait):
            append(uint16: 0)
            try append(shortString: queue)
            append(bits: ifUnused, ifEmpty, noWait)
        case .queuePurgeOk(let count), .queueDeleteOk(let count): append(uint32: count)
        default: break
        }
    }

    private mutating func append(binding: QueueBinding) throws(WireError) {
        append(uint16: 0)
        try append(shortString: binding.queue)
        try append(shortString: binding.exchange)
        try append(shortString: binding.routingKey)
    }

    private mutating func append(basicMethod method: Method) throws(WireError) {
        switch method {
        case .basicPublish(let publish):
            append(uint16: 0)
            try append(shortString: publish.exchange)
            try append(shortString: publish.routingKey)
            append(bits: publish.mandatory, publish.immediate)
        case .basicAck(let tag, let multiple):
            append(uint64: tag)
            append(bits: multiple)
        case .basicNack(let tag, let multiple, let requeue):
            append(uint64: tag)
            append(bits: multiple, requeue)
        case .basicReject(let tag, let requeue):
            append(uint64: tag)
            append(bits: requeue)
        case .basicDeliver(let deliver):
            try append(shortString: deliver.consumerTag)
            append(uint64: deliver.deliveryTag)
            append(bits: deliver.redelivered)
            try append(shortString: deliver.exchange)
            try append(shortString: deliver.routingKey)
        case .basicReturn(let value):
            append(uint16: value.replyCode)
            try append(shortString: value.replyText)
            try append(shortString: value.exchange)
            try append(shortString: value.routingKey)
        case .basicGet(let queue, let noAck):
            append(uint16: 0)
            try append(shortString: queue)
            append(bits: noAck)
        case .basicGetOk(let get):
            append(uint64: get.deliveryTag)
            append(bits: get.redelivered)
            try append(shortString: get.exchange)
            try append(shortString: get.routingKey)
            append(uint32: get.messageCount)
        case .basicGetEmpty: try append(shortString: "")
        case .basicQos(let prefetchSize, let prefetchCount, let global):
            append(uint32: prefetchSize)
            append(uint16: prefetchCount)
            append(bits: global)
        case .basicConsume(let consume):
            append(uint16: 0)
            try append(shortString: consume.queue)
            try append(shortString: consume.consumerTag)
            append(bits: consume.noLocal, consume.noAck, consume.exclusive, consume.noWait)
            try append(table: consume.arguments)
        case .basicConsumeOk(let tag), .basicCancelOk(let tag): try append(shortString: tag)
        case .basicCancel(let tag, let noWait):
            try append(shortString: tag)
            append(bits: noWait)
        case .basicRecover(let requeue), .basicRecoverAsync(let requeue): append(bits: requeue)
        default: break
        }
    }
}
