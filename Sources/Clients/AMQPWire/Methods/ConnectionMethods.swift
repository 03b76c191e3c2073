/// The fields of connection.start (AMQP 0-9-1 reference, section 1.4). A value.
public struct ConnectionStart: Sendable, Hashable {
    /// The first part of the version, 0 for AMQP 0-9-1.
    public var versionMajor: UInt8
    /// The second part of the version, 9 for AMQP 0-9-1.
    public var versionMinor: UInt8
    /// What the server says of itself; `capabilities` is a table of booleans.
    public var serverProperties: FieldTable
    /// The names of SASL mechanisms, separated by spaces.
    public var mechanisms: String
    /// The names of locales, separated by spaces.
    public var locales: String

    /// Makes the method's fields.
    ///
    /// - Parameters:
    ///   - versionMajor: the first part of the version.
    ///   - versionMinor: the second part of the version.
    ///   - serverProperties: what the server says of itself.
    ///   - mechanisms: the names of SASL mechanisms, separated by spaces.
    ///   - locales: the names of locales, separated by spaces.
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

/// The fields of connection.start-ok (AMQP 0-9-1 reference, section 1.4). A value, whose description leaves out the
/// response, which holds the password.
public struct ConnectionStartOk: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// What the client says of itself; `capabilities` is a table of booleans.
    public var clientProperties: FieldTable
    /// The SASL mechanism that the client has chosen, such as `PLAIN`.
    public var mechanism: String
    /// The mechanism's first message; for PLAIN (RFC 4616) a zero byte, the user, a zero byte, the password.
    public var response: [UInt8]
    /// The locale that the client has chosen, such as `en_US`.
    public var locale: String

    /// Makes the method's fields.
    ///
    /// - Parameters:
    ///   - clientProperties: what the client says of itself.
    ///   - mechanism: the SASL mechanism.
    ///   - response: the mechanism's first message.
    ///   - locale: the locale.
    public init(clientProperties: FieldTable, mechanism: String, response: [UInt8], locale: String) {
        self.clientProperties = clientProperties
        self.mechanism = mechanism
        self.response = response
        self.locale = locale
    }

    /// The mechanism and the locale, for logs.
    public var description: String { "start-ok(\(mechanism), \(locale))" }
    /// The same as ``description``.
    public var debugDescription: String { description }
}

/// The fields of connection.tune and tune-ok: limits of a connection (AMQP 0-9-1 reference, section 1.4). A value.
public struct Tuning: Sendable, Hashable {
    /// The highest channel number; 0: no limit.
    public var channelMax: UInt16
    /// The largest frame with its header and end, in bytes; 0: no limit.
    public var frameMax: UInt32
    /// The interval of heartbeats in seconds; 0: none.
    public var heartbeat: UInt16

    /// Makes the method's fields.
    ///
    /// - Parameters:
    ///   - channelMax: the highest channel number; 0: no limit.
    ///   - frameMax: the largest frame with its header and end, in bytes; 0: no limit.
    ///   - heartbeat: the interval of heartbeats in seconds; 0: none.
    public init(channelMax: UInt16, frameMax: UInt32, heartbeat: UInt16) {
        self.channelMax = channelMax
        self.frameMax = frameMax
        self.heartbeat = heartbeat
    }
}

/// The fields of connection.close and channel.close: why (AMQP 0-9-1 reference, sections 1.4 and 1.5). A value.
public struct CloseReason: Sendable, Hashable {
    /// The reply code (AMQP 0-9-1 reference, section 1.2); 200 for no error.
    public var replyCode: UInt16
    /// The reason in words, for people.
    public var replyText: String
    /// The class of the method that caused it; 0 when none did.
    public var classID: UInt16
    /// The method of that class; 0 when none caused it.
    public var methodID: UInt16

    /// Makes the method's fields.
    ///
    /// - Parameters:
    ///   - replyCode: the reply code.
    ///   - replyText: the reason in words, for people.
    ///   - classID: the class of the method that caused it; 0 when none did.
    ///   - methodID: the method of that class; 0 when none caused it.
    public init(replyCode: UInt16, replyText: String, classID: UInt16 = 0, methodID: UInt16 = 0) {
        self.replyCode = replyCode
        self.replyText = replyText
        self.classID = classID
        self.methodID = methodID
    }
}
