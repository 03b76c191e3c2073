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
    }

    /// Decides by the history in the message's headers, and writes it on.
    func route(in queue: String, _ policy: RetryPolicy, worker: String, at moment: Timestamp) -> Route {
        var message = delivery.message
        var history = FailureHistory(message.properties.headers)
        history.failed(at: moment.microseconds, error: error, worker: worker)
        history.write(to: &message.properties.headers)
        let decision = policy.decision(for: failure, attempts: history.attempts)
        switch decision {
        case .retry(let delay):
            return Route(
                decision: decision,
                publication: Publication(
                    exchange: "", routingKey: PipelineTopology.retryQueue(of: queue, delay), message: message))
        case .deadLetter(let reason):
            DeadLetterHeaders(
                queue: queue, reason: reason, error: error, attempts: history.attempts,
                firstFailedAt: history.firstFailedAt ?? moment.microseconds, lastFailedAt: moment.microseconds,
                worker: worker
            ).write(to: &message.properties.headers)
            return Route(
                decision: decision,
                publication: Publication(
                    exchange: PipelineTopology.deadLetterExchange, routingKey: PipelineTopology.routingKey,
                    message: message))
        }
    }
}
