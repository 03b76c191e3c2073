import AMQPWire
import EventLoops

extension AMQPConfiguration {
    /// What the handshake says and wants.
    var request: ConnectionRequest {
        var properties: FieldTable = [
            "product": .string("AMQPClient"), "platform": .string("Swift"),
            "capabilities": .table(ConnectionRequest.capabilities),
        ]
        if let connectionName { properties.entries.append(.init("connection_name", .string(connectionName))) }
        properties.entries += clientProperties.entries
        return ConnectionRequest(
            authentication: authentication, clientProperties: properties,
            tuning: Tuning(channelMax: channelMax, frameMax: frameMax, heartbeat: heartbeatSeconds),
            virtualHost: virtualHost)
    }

    /// What bounds the publishes of a channel.
    var publishLimits: PublishWindow.Limits {
        PublishWindow.Limits(
            unconfirmedMessages: unconfirmedMessages, unconfirmedBytes: unconfirmedBytes,
            waitingMessages: waitingMessages, sendTimeout: sendTimeout, confirmTimeout: confirmTimeout)
    }

    func heartbeatInterval(_ tuning: Tuning) -> Duration { .seconds(Int(tuning.heartbeat)) }

    /// AMQP counts whole seconds: a fraction counts as one.
    private var heartbeatSeconds: UInt16 {
        guard heartbeat > .zero else { return 0 }
        return UInt16(min(heartbeat.seconds.rounded(.up), 65_535))
    }
}
