/// How the peer of a test reads and writes the messages of one protocol.
package protocol ScriptedCodec: Sendable {
    /// What the protocol is cut into: a frame, a message.
    associatedtype Message: Sendable

    /// A codec to which nothing has come.
    init()

    /// Takes bytes that have arrived.
    mutating func append(_ bytes: [UInt8])

    /// The next message, or nil while some of its bytes have not arrived.
    ///
    /// - Throws: when the bytes are not the protocol's.
    mutating func next() throws -> Message?

    /// The bytes of a message.
    ///
    /// - Throws: when the protocol cannot express the message.
    func encode(_ message: Message) throws -> [UInt8]
}

/// The server's end of one connection, every byte of which the test decides on.
///
/// Safe to use from any task; one task at a time may read.
package actor ScriptedPeer<Codec: ScriptedCodec> {
    /// The connection, for what is not a message: broken ends, waits.
    package nonisolated let connection: LoopbackConnection
    private var codec = Codec()

    /// The end of a connection on which nothing was said.
    package init(_ connection: LoopbackConnection) {
        self.connection = connection
    }

    /// The next message; nil when the client has ended the connection.
    package func next() async throws -> Codec.Message? {
        while true {
            if let message = try codec.next() { return message }
            guard let bytes = try await connection.read() else { return nil }
            codec.append(bytes)
        }
    }

    /// Passes what the client sends to `answer`, and sends what that returns, until a message comes that `isAwaited`;
    /// this message is returned and not answered.
    ///
    /// - Throws: ``ScriptFailure`` when the connection ends before.
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

    /// Reads what is there until the client has ended the connection.
    package func untilEnd() async throws {
        do {
            while try await next() != nil {}
        } catch let failure as LoopbackFailure where failure.isReset {
            // So a connection ends whose client had not read everything.
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

/// A client did not do what the script of a test asks for.
package struct ScriptFailure: Error, CustomStringConvertible {
    /// What was expected and what came.
    package let description: String

    /// A failure with its description.
    package init(_ description: String) {
        self.description = description
    }
}
