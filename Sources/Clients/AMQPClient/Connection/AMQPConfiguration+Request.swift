import AMQPWire
import EventLoops

extension AMQPConfiguration {
    /// What the handshake says and wants.
    var request: ConnectionRequest {
        let mechanism: String
        let response: [UInt8]
        switch authentication {
        case .plain(let user, let password):
            mechanism = "PLAIN"
            response = [0] + Array(user.utf8) + [0] + Array(password.utf8)
        case .external:
            mechanism = "EXTERNAL"
            response = []
        }
        var properties: FieldTable = [
            "product": .string("AMQPClient"), "platform": .string("Swift"),
            "capabilities": .table(ConnectionRequest.capabilities),
        ]
        if let connectionName { properties.entries.append(.init("connection_name", .string(connectionName))) }
        properties.entries += clientProperties.entries
        return ConnectionRequest(
            mechanism: mechanism, response: response, clientProperties: properties,
            tuning: Tuning(channelMax: channelMax, frameMax: frameMax, heartbeat: heartbeatSeconds),
            virtualHost: virtualHost)
    }

    func heartbeatInterval(_ tuning: Tuning) -> Duration { .seconds(Int(tuning.heartbeat)) }

    /// AMQP counts whole seconds: a fraction counts as one.
    private var heartbeatSeconds: UInt16 {
        guard heartbeat > .zero else { return 0 }
        return UInt16(min(heartbeat.seconds.rounded(.up), 65_535))
    }
}
