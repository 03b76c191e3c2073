import Crypto
package import Events
package import JSON
package import Messaging

/// A message of the dead-letter queue, and what is known of how it came there.
package struct DeadLetter: Sendable {
    /// Names the letter: twelve hexadecimal digits that follow from what it holds and when it failed.
    package let id: String
    /// The message as it lies in the queue; its body is what was published, byte for byte.
    package let message: Message
    /// The work queue that it failed in; nil if nothing tells.
    package let queue: String?
    /// The class of failure; nil if nothing tells.
    package let reason: DeadLetterReason?
    /// The last error's text.
    package let error: String
    /// How often it was tried.
    package let attempts: Int
    /// When it failed first, if that is known.
    package let firstFailedAt: Timestamp?
    /// When it was given up, if that is known; to the second for letters of the broker's.
    package let lastFailedAt: Timestamp?
    /// Which worker gave it up; empty for letters of the broker's.
    package let worker: String
    /// Whether the broker wrote it (expired, queue full, delivery limit) and no worker has judged it.
    package let isFromBroker: Bool
    /// Letters that failed alike have the same.
    package let fingerprint: String
    /// The body, if it is a JSON object.
    package let fields: [String: JSONValue]

    /// Reads the headers of ``Messaging/DeadLetterHeaders``, or else the broker's own (`x-death`).
    package init(_ message: Message) {
        self.message = message
        let headers = message.properties.headers
        if let own = DeadLetterHeaders(headers) {
            queue = own.queue
            reason = own.reason
            error = own.error
            attempts = own.attempts
            firstFailedAt = Timestamp(microseconds: own.firstFailedAt)
            lastFailedAt = Timestamp(microseconds: own.lastFailedAt)
            worker = own.worker
            isFromBroker = false
        } else {
            let death = BrokerDeath(headers)
            queue = death?.queue
            reason = death?.reason
            error =
                message.isBodyLeftOut
                ? "its body is too large for an event, and is not shown"
                : death?.text ?? "nothing tells why it is here"
            attempts = FailureHistory(headers).attempts
            firstFailedAt = death?.time
            lastFailedAt = death?.time
            worker = ""
            // What a consumer has rejected was judged, if without a word.
            isFromBroker = death.map { $0.reason != .rejected } ?? false
        }
        fingerprint = Fingerprint(queue: queue ?? "", reason: reason?.rawValue ?? "", error: error).description
        var hash = HashContext<SHA1>()
        for part in [message.properties.messageID ?? "", queue ?? "", lastFailedAt.map { "\($0)" } ?? ""] {
            hash.update(part.utf8)
            hash.update([0])
        }
        hash.update(message.body)
        id = String(hash.finish().hexadecimal.prefix(12))
        if case .object(let fields)? = try? JSONValue(parsing: message.body) {
            self.fields = fields
        } else {
            fields = [:]
        }
    }

    /// The event's id, if body or message tell it.
    package var eventID: EventID? {
        (fields["event_id"]?.text).flatMap { EventID($0) } ?? message.properties.messageID.flatMap { EventID($0) }
    }

    /// The event's type as it stands in the body.
    package var type: String? { fields["event_type"]?.text }
    /// The user as it stands in the body.
    package var userID: Int64? { fields["user_id"]?.whole }
    /// The product as it stands in the body.
    package var productID: Int64? { fields["product_id"]?.whole }

    /// The message as it goes back to its work queue: counted from zero again, nothing of its death left, what happened
    /// still readable.
    ///
    /// - Parameters:
    ///   - replay: names the replay that sends it.
    ///   - body: in place of its own, for an edited letter.
    /// - Returns: nil when it is not known where it failed.
    package func publication(replay: String, body: [UInt8]? = nil) -> Publication? {
        guard let queue, PipelineTopology.workQueues.contains(queue) else { return nil }
        var message = message
        var history = FailureHistory(message.properties.headers)
        history.reset()
        DeadLetterHeaders.remove(from: &message.properties.headers)
        message.properties.headers.removeBrokerDeaths()
        history.write(to: &message.properties.headers)
        message.properties.headers[ReplayHeader.replay] = .string(replay)
        let count = message.properties.headers[ReplayHeader.count]?.number ?? 0
        message.properties.headers[ReplayHeader.count] = .integer(count &+ 1)
        if let body {
            message.body = body
            message.isBodyLeftOut = false
        }
        return Publication(exchange: "", routingKey: queue, message: message)
    }

    /// Which replay sent the message that became this letter; nil if none did.
    package var replay: String? { message.properties.headers[ReplayHeader.replay]?.text }
}

extension JSONValue {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    fileprivate var whole: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }
}
