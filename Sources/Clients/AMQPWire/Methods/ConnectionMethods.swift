/// connection.start.
public struct ConnectionStart: Sendable, Hashable {
    /// 0 for AMQP 0-9-1.
    public var versionMajor: UInt8
    /// 9 for AMQP 0-9-1.
    public var versionMinor: UInt8
    /// What the server says of itself; `capabilities` is a table of booleans.
    public var serverProperties: FieldTable
    /// Names of SASL mechanisms, separated by spaces.
    public var mechanisms: String
    /// Names of locales, separated by spaces.
    public var locales: String

    /// The fields of the method.
    public init(
        versionMajor: UInt8, versionMinor: UInt8, serverProperties: FieldTable, mechanisms: String, locales: String
    ) {
        self.versionMajor = versionMajor
        self.versionMinor = versionMinor
        self.serverProperties = serverProperties
        self.mechanisms = mechanisms
        self.locales = locales
    }
}

/// connection.start-ok. Its description leaves out the response, which holds the password.
public struct ConnectionStartOk: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// What the client says of itself; `capabilities` is a table of booleans.
    public var clientProperties: FieldTable
    /// The SASL mechanism chosen, such as `PLAIN`.
    public var mechanism: String
    /// The mechanism's first message; for PLAIN, zero, user, zero, password.
    public var response: [UInt8]
    /// The locale chosen, such as `en_US`.
    public var locale: String

    /// The fields of the method.
    public init(clientProperties: FieldTable, mechanism: String, response: [UInt8], locale: String) {
        self.clientProperties = clientProperties
        self.mechanism = mechanism
        self.response = response
        self.locale = locale
    }

    /// For logs, without the response.
    public var description: String { "start-ok(\(mechanism), \(locale))" }
    /// As ``description``.
    public var debugDescription: String { description }
}

/// connection.tune and tune-ok.
public struct Tuning: Sendable, Hashable {
    /// 0: no limit.
    public var channelMax: UInt16
    /// The largest frame with its header and end, in bytes; 0: no limit.
    public var frameMax: UInt32
    /// Seconds; 0: none.
    public var heartbeat: UInt16

    /// The fields of the method.
    public init(channelMax: UInt16, frameMax: UInt32, heartbeat: UInt16) {
        self.channelMax = channelMax
        self.frameMax = frameMax
        self.heartbeat = heartbeat
    }
}

/// What connection.close and channel.close say.
public struct CloseReason: Sendable, Hashable {
    /// A reply code (section 1.2 of the reference).
    public var replyCode: UInt16
    /// For people.
    public var replyText: String
    /// The class and method that caused it; 0 when none did.
    public var classID: UInt16
    /// See ``classID``.
    public var methodID: UInt16

    /// The fields of the method.
    public init(replyCode: UInt16, replyText: String, classID: UInt16 = 0, methodID: UInt16 = 0) {
        self.replyCode = replyCode
        self.replyText = replyText
        self.classID = classID
        self.methodID = methodID
    }
}
