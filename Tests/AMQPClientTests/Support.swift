import AMQPClient
import AMQPWire

/// The error that `body` throws; nil when it throws none.
func failure(_ body: @Sendable () async throws -> Void) async -> AMQPError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? AMQPError
    }
}

struct TimedOut: Error, CustomStringConvertible {
    var description: String
}

extension AMQPPublishOutcome {
    /// Why it is not known whether the message is there.
    var unknownReason: AMQPError? { if case .unknown(let error) = self { error } else { nil } }
    /// Why it was not sent.
    var failedReason: AMQPError? { if case .failed(let error) = self { error } else { nil } }
    var returnedCode: UInt16? { if case .returned(let code, _) = self { code } else { nil } }
}

extension AMQPOutgoing {
    /// For the queue of that name.
    static func text(_ text: String, to queue: String) -> AMQPOutgoing {
        AMQPOutgoing(exchange: "", routingKey: queue, body: Array(text.utf8))
    }
}

extension AMQPDelivery {
    var text: String { String(decoding: body, as: UTF8.self) }
}
