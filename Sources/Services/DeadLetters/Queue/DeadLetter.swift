import Crypto
package import Events
package import JSON
package import Messaging

/// A message of the dead-letter queue, and what is known about how it came there.
package struct DeadLetter: Sendable {
    /// The message as it lies in the queue; its body is what was published, byte for byte.
    package let message: Message
    /// The work queue in which the letter failed; nil if unknown.
    package let queue: String?
    /// The class of failure; nil if unknown.
    package let reason: DeadLetterReason?
    /// The last error's text.
    package let error: String
    /// The number of attempts.
    package let attempts: Int
    /// When the letter failed first; nil if unknown.
    package let firstFailedAt: Timestamp?
    /// When the letter was given up; nil if unknown. Letters that the broker wrote name it to the second.
    package let lastFailedAt: Timestamp?
    /// The worker that gave the letter up; empty for letters that the broker wrote.
    package let worker: String
    /// Whether the broker wrote the letter (expired, queue full, delivery limit) and no worker has judged it.
    package let isFromBroker: Bool
    /// When the letter was brought back from a file, in microseconds since 1970; nil if it was not.
    private let broughtBackAt: Int64?
    /// The id that the worker gave to the letter.
    private let ownID: String?

    /// Reads the headers of ``Messaging/DeadLetterHeaders``, or the broker's own (`x-death`) where those are missing.
    package init(_ message: Message) {
        var message = message
        message.properties.headers.unkeep()
        broughtBackAt = message.properties.headers[DeadLetterHeaders.importedAt]?.number
        message.properties.headers[DeadLetterHeaders.importedAt] = nil
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
            ownID = own.letter
            isFromBroker = false
        } else {
            let death = BrokerDeath(headers)
            queue = death?.queue
            reason = death?.reason
            error =
                message.isBodyLeftOut
                ? "the body is too large for an event and is not shown"
                : death?.text ?? "the reason is unknown"
            attempts = FailureHistory(headers).attempts
            firstFailedAt = death?.time
            lastFailedAt = death?.time
            worker = ""
            ownID = nil
            // A message that a consumer rejected was judged, even if without a reason.
            isFromBroker = death.map { $0.reason != .rejected } ?? false
        }
    }

    // Hashes and parsing cost much more than the headers, and most letters that are read are counted or passed over.

    /// Names the letter by sixteen hexadecimal digits. Letters that no worker wrote have those of a hash of their
    /// content and the time of their failure: two of them have one id if they are equal in both.
    package var id: String {
        if let ownID { return ownID }
        var hash = HashContext<SHA1>()
        for part in [message.properties.messageID ?? "", queue ?? "", lastFailedAt.map { "\($0)" } ?? ""] {
            hash.update(part.utf8)
            hash.update([0])
        }
        hash.update(message.body)
        return DeadLetterHeaders.letterID(of: hash.finish().hexadecimal)
    }

    /// Letters that failed alike have the same fingerprint.
    package var fingerprint: String {
        Fingerprint(queue: queue ?? "", reason: reason?.rawValue ?? "", error: error).description
    }

    /// The members of the body; empty unless the body is a JSON object, which may be compressed.
    package var fields: [String: JSONValue] {
        if case .object(let fields)? = try? JSONValue(parsing: message.readableBody) { fields } else { [:] }
    }

    /// When the letter came into the dead-letter queue, as far as is known.
    package var queuedAt: Timestamp? {
        broughtBackAt.map { Timestamp(microseconds: $0) } ?? lastFailedAt
    }

    /// The event's id, as the workers make it of the message; nil if the id is invalid or the body missing.
    package var eventID: EventID? { EventMessage.id(of: message) }

    /// The event's type, as written in the body.
    package var type: String? { fields["event_type"]?.text }
    /// The user, as written in the body: also as a text, for which the event may have been refused.
    package var userID: Int64? { fields["user_id"]?.whole }
    /// The product, as written in the body.
    package var productID: Int64? { fields["product_id"]?.whole }

    /// The message as it goes back to its work queue: attempts are counted from zero again, the broker's death headers
    /// are gone, and the history stays readable.
    ///
    /// - Parameters:
    ///   - replay: Names the replay that sends the message.
    ///   - body: Replaces the letter's own body, for an edited letter.
    /// - Returns: nil if the queue in which the letter failed is unknown.
    package func publication(replay: String, body: [UInt8]? = nil) -> Publication? {
        guard let queue, PipelineTopology.workQueues.contains(queue) else { return nil }
        var message = message
        var history = FailureHistory(message.properties.headers)
        history.reset()
        DeadLetterHeaders.remove(from: &message.properties.headers)
        message.properties.headers.removeBrokerDeaths()
        message.properties.headers.setAsideCopies()
        message.properties.isPersistent = true
        message.properties.expiration = nil
        history.write(to: &message.properties.headers)
        message.properties.headers[ReplayHeader.replay] = .string(replay)
        let count = message.properties.headers[ReplayHeader.count]?.number ?? 0
        message.properties.headers[ReplayHeader.count] = .integer(count &+ 1)
        if let body { message = self.message(with: body, properties: message.properties) }
        return Publication(exchange: "", routingKey: queue, message: message)
    }

    /// The message with another body. The event stays the same one unless the body names another: an id that follows
    /// from the body would change with it.
    func message(with body: [UInt8], properties: MessageProperties) -> Message {
        var message = Message(body: [], properties: properties)
        message.replaceBody(body)
        if let id = eventID { message.properties.messageID = id.description }
        if let id = EventMessage.id(of: message) { message.properties.messageID = id.description }
        return message
    }

    /// The letter with the message that was sent in its place: its body, and the id of its event.
    func replacing(_ sent: Message) -> DeadLetter {
        var message = message
        message.replaceBody(sent.body)
        message.properties.messageID = sent.properties.messageID
        return DeadLetter(message)
    }

    /// The replay that sent the message which became this letter; nil if no replay did.
    package var replay: String? { message.properties.headers[ReplayHeader.replay]?.text }
}

extension JSONValue {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    fileprivate var whole: Int64? {
        switch self {
        case .integer(let number): number
        case .number(let number): Int64(exactly: number)
        case .string(let text): FieldRules.wholeNumber(Array(text.utf8)[...])
        default: nil
        }
    }
}
