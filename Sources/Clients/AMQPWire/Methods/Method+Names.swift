extension Method {
    private var identity: (classID: UInt16, methodID: UInt16, name: String) {
        switch self {
        case .connectionStart: (10, 10, "connection.start")
        case .connectionStartOk: (10, 11, "connection.start-ok")
        case .connectionSecure: (10, 20, "connection.secure")
        case .connectionSecureOk: (10, 21, "connection.secure-ok")
        case .connectionTune: (10, 30, "connection.tune")
        case .connectionTuneOk: (10, 31, "connection.tune-ok")
        case .connectionOpen: (10, 40, "connection.open")
        case .connectionOpenOk: (10, 41, "connection.open-ok")
        case .connectionClose: (10, 50, "connection.close")
        case .connectionCloseOk: (10, 51, "connection.close-ok")
        case .connectionBlocked: (10, 60, "connection.blocked")
        case .connectionUnblocked: (10, 61, "connection.unblocked")
        case .connectionUpdateSecret: (10, 70, "connection.update-secret")
        case .connectionUpdateSecretOk: (10, 71, "connection.update-secret-ok")
        case .channelOpen: (20, 10, "channel.open")
        case .channelOpenOk: (20, 11, "channel.open-ok")
        case .channelFlow: (20, 20, "channel.flow")
        case .channelFlowOk: (20, 21, "channel.flow-ok")
        case .channelClose: (20, 40, "channel.close")
        case .channelCloseOk: (20, 41, "channel.close-ok")
        case .exchangeDeclare: (40, 10, "exchange.declare")
        case .exchangeDeclareOk: (40, 11, "exchange.declare-ok")
        case .exchangeDelete: (40, 20, "exchange.delete")
        case .exchangeDeleteOk: (40, 21, "exchange.delete-ok")
        case .exchangeBind: (40, 30, "exchange.bind")
        case .exchangeBindOk: (40, 31, "exchange.bind-ok")
        case .exchangeUnbind: (40, 40, "exchange.unbind")
        case .exchangeUnbindOk: (40, 51, "exchange.unbind-ok")
        case .queueDeclare: (50, 10, "queue.declare")
        case .queueDeclareOk: (50, 11, "queue.declare-ok")
        case .queueBind: (50, 20, "queue.bind")
        case .queueBindOk: (50, 21, "queue.bind-ok")
        case .queuePurge: (50, 30, "queue.purge")
        case .queuePurgeOk: (50, 31, "queue.purge-ok")
        case .queueDelete: (50, 40, "queue.delete")
        case .queueDeleteOk: (50, 41, "queue.delete-ok")
        case .queueUnbind: (50, 50, "queue.unbind")
        case .queueUnbindOk: (50, 51, "queue.unbind-ok")
        case .basicQos: (60, 10, "basic.qos")
        case .basicQosOk: (60, 11, "basic.qos-ok")
        case .basicConsume: (60, 20, "basic.consume")
        case .basicConsumeOk: (60, 21, "basic.consume-ok")
        case .basicCancel: (60, 30, "basic.cancel")
        case .basicCancelOk: (60, 31, "basic.cancel-ok")
        case .basicPublish: (60, 40, "basic.publish")
        case .basicReturn: (60, 50, "basic.return")
        case .basicDeliver: (60, 60, "basic.deliver")
        case .basicGet: (60, 70, "basic.get")
        case .basicGetOk: (60, 71, "basic.get-ok")
        case .basicGetEmpty: (60, 72, "basic.get-empty")
        case .basicAck: (60, 80, "basic.ack")
        case .basicReject: (60, 90, "basic.reject")
        case .basicRecoverAsync: (60, 100, "basic.recover-async")
        case .basicRecover: (60, 110, "basic.recover")
        case .basicRecoverOk: (60, 111, "basic.recover-ok")
        case .basicNack: (60, 120, "basic.nack")
        case .confirmSelect: (85, 10, "confirm.select")
        case .confirmSelectOk: (85, 11, "confirm.select-ok")
        case .txSelect: (90, 10, "tx.select")
        case .txSelectOk: (90, 11, "tx.select-ok")
        case .txCommit: (90, 20, "tx.commit")
        case .txCommitOk: (90, 21, "tx.commit-ok")
        case .txRollback: (90, 30, "tx.rollback")
        case .txRollbackOk: (90, 31, "tx.rollback-ok")
        }
    }

    /// The number of the method's class.
    public var classID: UInt16 { identity.classID }

    /// The method's number within its class.
    public var methodID: UInt16 { identity.methodID }

    /// The specification's name, such as `basic.publish`.
    public var name: String { identity.name }

    /// Whether a content header and its body follow (section 4.2.6).
    public var isContent: Bool {
        switch self {
        case .basicPublish, .basicReturn, .basicDeliver, .basicGetOk: true
        default: false
        }
    }
}
