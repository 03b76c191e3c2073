import Events
import Messaging

/// A delivery that was not written, and why.
struct FailedDelivery {
    let delivery: Delivery
    let failure: RetryPolicy.Failure
    let error: String

    /// Where it goes next.
    struct Route {
        let decision: RetryPolicy.Decision
        let publication: Publication
        /// The same body without what others wrote beside it: their names and headers, written on with ours, may be
        /// longer than AMQP's texts and frames are.
        let ownOnly: Publication
    }

    /// Decides by the history in the message's headers, and writes it on.
    func route(in queue: String, _ policy: RetryPolicy, worker: String, at moment: Timestamp) -> Route {
        var properties = delivery.message.properties
        // Its producer's wishes end here: in the next queue they would make it vanish.
        properties.expiration = nil
        properties.isPersistent = true
        // RabbitMQ before 4 drops what comes back to a queue where it has died, by these headers, of its age.
        properties.headers.removeBrokerDeaths()

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
                        lastFailedAt: moment.microseconds, worker: worker)
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

extension MessageProperties {
    fileprivate var ownOnly: MessageProperties {
        var own = MessageProperties(timestamp: timestamp)
        // Where the body has no id, the event's follows from this one.
        own.messageID = messageID.flatMap { $0.utf8.count <= 255 ? $0 : nil }
        own.headers[ReplayHeader.replay] = headers[ReplayHeader.replay]?.text.flatMap {
            $0.utf8.count <= 255 ? .string($0) : nil
        }
        return own
    }
}
