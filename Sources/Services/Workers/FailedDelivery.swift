import Crypto
import Events
import Messaging

/// A delivery that was not written, and why.
struct FailedDelivery {
    let delivery: Delivery
    let failure: RetryPolicy.Failure
    let error: String

    /// The delivery's next queue.
    struct Route {
        let decision: RetryPolicy.Decision
        let publication: Publication
        /// The same body without the properties that others wrote: their names and headers, together with ours, may
        /// exceed AMQP's limits for texts and frames.
        let ownOnly: Publication
    }

    /// Decides by the history in the message's headers, and extends that history.
    func route(in queue: String, _ policy: RetryPolicy, worker: String, at moment: Timestamp) -> Route {
        var properties = delivery.message.properties
        // The producer's expiration ends here: in the next queue it would make the message vanish.
        properties.expiration = nil
        properties.isPersistent = true
        // By these headers, RabbitMQ before version 4 drops a message that comes back to a queue in which it has
        // expired.
        properties.headers.removeBrokerDeaths()
        properties.headers.setAsideCopies()

        var history = FailureHistory(properties.headers)
        history.failed(at: moment.microseconds, error: error, worker: worker)
        let decision = policy.decision(for: failure, attempts: history.attempts)
        let (exchange, routingKey, letter): (String, String, DeadLetterHeaders?) =
            switch decision {
            case .retry(let delay): ("", PipelineTopology.retryQueue(of: queue, delay), nil)
            case .deadLetter(let reason):
                (
                    PipelineTopology.deadLetterExchange, PipelineTopology.routingKey,
                    DeadLetterHeaders(
                        queue: queue, reason: reason, error: error, attempts: history.attempts,
                        firstFailedAt: history.firstFailedAt ?? moment.microseconds,
                        lastFailedAt: moment.microseconds, worker: worker,
                        letter: letterID(in: queue, worker: worker, at: moment))
                )
            }
        func publication(_ properties: MessageProperties) -> Publication {
            var message = delivery.message
            message.properties = properties
            history.write(to: &message.properties.headers)
            letter?.write(to: &message.properties.headers)
            return Publication(exchange: exchange, routingKey: routingKey, message: message)
        }
        return Route(
            decision: decision, publication: publication(properties), ownOnly: publication(properties.ownOnly))
    }
}

extension FailedDelivery {
    /// An id that no other letter has: the delivery's tag tells apart what one worker gives up at one moment.
    private func letterID(in queue: String, worker: String, at moment: Timestamp) -> String {
        var hash = HashContext<SHA1>()
        for part in [queue, worker, "\(moment.microseconds)", "\(delivery.tag.epoch) \(delivery.tag.number)"] {
            hash.update(part.utf8)
            hash.update([0])
        }
        hash.update(delivery.message.body)
        return DeadLetterHeaders.letterID(of: hash.finish().hexadecimal)
    }
}

extension MessageProperties {
    fileprivate var ownOnly: MessageProperties {
        var own = MessageProperties(timestamp: timestamp)
        // Where the body has no id, the event's id follows from this one.
        own.messageID = messageID.flatMap { $0.utf8.count <= 255 ? $0 : nil }
        own.headers[ReplayHeader.replay] = headers[ReplayHeader.replay]?.text.flatMap {
            $0.utf8.count <= 255 ? .string($0) : nil
        }
        return own
    }
}
