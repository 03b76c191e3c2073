import AMQPClient
import AMQPWire
import TestSupport

/// The error that `body` throws; nil when it throws none.
func failure(_ body: @Sendable () async throws -> Void) async -> AMQPError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? AMQPError
    }
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

extension AMQPSession {
    /// Publishes when the session has noticed a loss and is connected again; what was not sent is tried again.
    func publishPatiently(_ message: AMQPOutgoing) async throws -> AMQPPublishOutcome {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            try await waitUntilConnected(timeout: .seconds(30))
            let outcome = await publish([message])[0]
            guard outcome.failedReason != nil else { return outcome }
            await Task.yield()
        }
        throw TimedOut("publishing on the next connection")
    }
}
