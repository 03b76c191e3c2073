extension FieldReader {
    /// A method with its class and method number (section 4.2.4).
    mutating func method(_ bytes: Span<UInt8>) throws(WireError) -> Method {
        let classID = try uint16(bytes)
        let methodID = try uint16(bytes)
        let method =
            switch classID {
            case 10: try connectionMethod(methodID, bytes)
            case 20: try channelMethod(methodID, bytes)
            case 40: try exchangeMethod(methodID, bytes)
            case 50: try queueMethod(methodID, bytes)
            case 60: try basicMethod(methodID, bytes)
            case 85: try confirmMethod(methodID, bytes)
            case 90: transactionMethod(methodID)
            default: nil as Method?
            }
        guard let method else {
            throw WireError(replyCode: 540, message: "there is no method \(methodID) of class \(classID)")
        }
        guard isAtEnd else {
            throw WireError(replyCode: 502, message: "\(method.name) has \(remaining) bytes too many")
        }
        return method
    }

    private mutating func connectionMethod(_ id: UInt16, _ bytes: Span<UInt8>) throws(WireError) -> Method? {
        switch id {
        case 10:
            return .connectionStart(
                ConnectionStart(
                    versionMajor: try uint8(bytes), versionMinor: try uint8(bytes),
                    serverProperties: try table(bytes), mechanisms: try longString(bytes),
                    locales: try longString(bytes)))
        case 11:
            return .connectionStartOk(
                ConnectionStartOk(
                    clientProperties: try table(bytes), mechanism: try shortString(bytes),
                    response: try longBytes(bytes), locale: try shortString(bytes)))
        case 20: return .connectionSecure(challenge: try longBytes(bytes))
        case 21: return .connectionSecureOk(response: try longBytes(bytes))
        case 30: return .connectionTune(try tuning(bytes))
        case 31: return .connectionTuneOk(try tuning(bytes))
        case 40:
            let virtualHost = try shortString(bytes)
            _ = try shortString(bytes)
            _ = try bit(bytes)
            return .connectionOpen(virtualHost: virtualHost)
        case 41:
            _ = try shortString(bytes)
            return .connectionOpenOk
        case 50: return .connectionClose(try closeReason(bytes))
        case 51: return .connectionCloseOk
        case 60: return .connectionBlocked(reason: try shortString(bytes))
        case 61: return .connectionUnblocked
        case 70:
            return .connectionUpdateSecret(newSecret: try longBytes(bytes), reason: try shortString(bytes))
        case 71: return .connectionUpdateSecretOk
        default: return nil
        }
    }

    private mutating func tuning(_ bytes: Span<UInt8>) throws(WireError) -> Tuning {
        Tuning(channelMax: try uint16(bytes), frameMax: try uint32(bytes), heartbeat: try uint16(bytes))
    }

    private mutating func closeReason(_ bytes: Span<UInt8>) throws(WireError) -> CloseReason {
        CloseReason(
            replyCode: try uint16(bytes), replyText: try shortString(bytes), classID: try uint16(bytes),
            methodID: try uint16(bytes))
    }

    private mutating func channelMethod(_ id: UInt16, _ bytes: Span<UInt8>) throws(WireError) -> Method? {
        switch id {
        case 10:
            _ = try shortString(bytes)
            return .channelOpen
        case 11:
            _ = try longBytes(bytes)
            return .channelOpenOk
        case 20: return .channelFlow(active: try bit(bytes))
        case 21: return .channelFlowOk(active: try bit(bytes))
        case 40: return .channelClose(try closeReason(bytes))
        case 41: return .channelCloseOk
        default: return nil
        }
    }

    private mutating func exchangeMethod(_ id: UInt16, _ bytes: Span<UInt8>) throws(WireError) -> Method? {
        switch id {
        case 10:
            _ = try uint16(bytes)
            var declare = ExchangeDeclare(exchange: try shortString(bytes), type: try shortString(bytes))
            let bits = try bits(bytes)
            declare.passive = bits[0]
            declare.durable = bits[1]
            declare.autoDelete = bits[2]
            declare.isInternal = bits[3]
            declare.noWait = bits[4]
            declare.arguments = try table(bytes)
            return .exchangeDeclare(declare)
        case 11: return .exchangeDeclareOk
        case 20:
            _ = try uint16(bytes)
            let exchange = try shortString(bytes)
            let bits = try bits(bytes)
            return .exchangeDelete(exchange: exchange, ifUnused: bits[0], noWait: bits[1])
        case 21: return .exchangeDeleteOk
        case 30: return .exchangeBind(try exchangeBinding(bytes))
        case 31: return .exchangeBindOk
        case 40: return .exchangeUnbind(try exchangeBinding(bytes))
        case 51: return .exchangeUnbindOk
        default: return nil
        }
    }

    private mutating func exchangeBinding(_ bytes: Span<UInt8>) throws(WireError) -> ExchangeBinding {
        _ = try uint16(bytes)
        var binding = ExchangeBinding(
            destination: try shortString(bytes), source: try shortString(bytes), routingKey: try shortString(bytes))
        binding.noWait = try bit(bytes)
        binding.arguments = try table(bytes)
        return binding
    }

    private mutating func queueMethod(_ id: UInt16, _ bytes: Span<UInt8>) throws(WireError) -> Method? {
        switch id {
        case 10:
            _ = try uint16(bytes)
            var declare = QueueDeclare(queue: try shortString(bytes))
            let bits = try bits(bytes)
            declare.passive = bits[0]
            declare.durable = bits[1]
            declare.exclusive = bits[2]
            declare.autoDelete = bits[3]
            declare.noWait = bits[4]
            declare.arguments = try table(bytes)
            return .queueDeclare(declare)
        case 11:
            return .queueDeclareOk(
                QueueDeclareOk(
                    queue: try shortString(bytes), messageCount: try uint32(bytes),
                    consumerCount: try uint32(bytes)))
        case 20: return .queueBind(try queueBinding(bytes, hasNoWait: true))
        case 21: return .queueBindOk
        case 30:
            _ = try uint16(bytes)
            return .queuePurge(queue: try shortString(bytes), noWait: try bit(bytes))
        case 31: return .queuePurgeOk(messageCount: try uint32(bytes))
        case 40:
            _ = try uint16(bytes)
            let queue = try shortString(bytes)
            let bits = try bits(bytes)
            return .queueDelete(queue: queue, ifUnused: bits[0], ifEmpty: bits[1], noWait: bits[2])
        case 41: return .queueDeleteOk(messageCount: try uint32(bytes))
        case 50: return .queueUnbind(try queueBinding(bytes, hasNoWait: false))
        case 51: return .queueUnbindOk
        default: return nil
        }
    }

    private mutating func queueBinding(
        _ bytes: Span<UInt8>, hasNoWait: Bool
    ) throws(WireError) -> QueueBinding {
        _ = try uint16(bytes)
        var binding = QueueBinding(
            queue: try shortString(bytes), exchange: try shortString(bytes), routingKey: try shortString(bytes))
        if hasNoWait { binding.noWait = try bit(bytes) }
        binding.arguments = try table(bytes)
        return binding
    }

    private mutating func confirmMethod(_ id: UInt16, _ bytes: Span<UInt8>) throws(WireError) -> Method? {
        switch id {
        case 10: return .confirmSelect(noWait: try bit(bytes))
        case 11: return .confirmSelectOk
        default: return nil
        }
    }

    private func transactionMethod(_ id: UInt16) -> Method? {
        switch id {
        case 10: .txSelect
        case 11: .txSelectOk
        case 20: .txCommit
        case 21: .txCommitOk
        case 30: .txRollback
        case 31: .txRollbackOk
        default: nil
        }
    }
}
