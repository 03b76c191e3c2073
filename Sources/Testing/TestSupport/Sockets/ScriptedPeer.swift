/// Reads and writes the messages of one protocol, for the peer of a test.
package protocol ScriptedCodec: Sendable {
    /// The unit of the protocol: a frame, a message.
    associatedtype Message: Sendable

    /// A codec without input.
    init()

    /// Adds bytes that have arrived.
    mutating func append(_ bytes: [UInt8])

    /// The next message, or nil while some of its bytes have not arrived.
    ///
    /// - Throws: If the bytes break the protocol.
    mutating func next() throws -> Message?

    /// The bytes of a message.
    ///
    /// - Throws: If the protocol cannot express the message.
    func encode(_ message: Message) throws -> [UInt8]
}

/// The server's end of one connection, whose every byte the test controls.
///
/// Safe to use from any task; one task at a time may read.
package actor ScriptedPeer<Codec: ScriptedCodec> {
    /// The connection, for actions other than messages: broken ends, waits.
    package nonisolated let connection: LoopbackConnection
    private var codec = Codec()

    /// The end of a new connection.
    package init(_ connection: LoopbackConnection) {
        self.connection = connection
    }

    /// The next message; nil if the client has ended the connection.
    package func next() async throws -> Codec.Message? {
        while true {
            if let message = try codec.next() { return message }
            guard let bytes = try await connection.read() else { return nil }
            codec.append(bytes)
        }
    }

    /// Passes messages of the client to `answer`, and sends the results, until a message comes that `isAwaited`; this
    /// message is returned and not answered.
    ///
    /// - Throws: ``ScriptFailure`` if the connection ends before.
    @discardableResult
    package func serve(
        _ answer: @Sendable (Codec.Message) -> [Codec.Message], until isAwaited: @Sendable (Codec.Message) -> Bool
    ) async throws -> Codec.Message {
        while let message = try await next() {
            if isAwaited(message) { return message }
            try await send(messages: answer(message))
        }
        throw ScriptFailure("the connection ended before the message that the test waits for")
    }

    /// Reads until the client has ended the connection.
    package func untilEnd() async throws {
        do {
            while try await next() != nil {}
        } catch let failure as LoopbackFailure where failure.isReset {
            // A reset ends a connection whose client has not read everything.
        }
    }

    /// Sends the messages in one write.
    package func send(messages: [Codec.Message]) async throws {
        let bytes = try messages.flatMap { try codec.encode($0) }
        guard !bytes.isEmpty else { return }
        try await connection.write(bytes)
    }

    /// Sends bytes as they are, whether they are a message or not.
    package func send(raw bytes: [UInt8]) async throws {
        try await connection.write(bytes)
    }
}

/// A client departed from the script of a test.
package struct ScriptFailure: Error, CustomStringConvertible {
    /// The expected and the actual behaviour.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
