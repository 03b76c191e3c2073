import AMQPClient
import Messaging

/// Publishes over the broker's publishing connection, with confirms.
struct RabbitMQPublisher: Publisher {
    let session: AMQPSession
    let configuration: RabbitMQConfiguration

    nonisolated(nonsending) func publish(_ publications: [Publication]) async -> [PublishOutcome] {
        guard !publications.isEmpty else { return [] }
        if publications.contains(where: \.message.isBodyLeftOut) { return await publishWhole(publications) }
        return outcomes(await session.publish(outgoing(publications)))
    }

    /// Publishes the messages whose bodies are present.
    private func publishWhole(_ publications: [Publication]) async -> [PublishOutcome] {
        var rest = await publish(publications.filter { !$0.message.isBodyLeftOut })[...]
        return publications.map { publication in
            publication.message.isBodyLeftOut ? .unencodable("the body was left out") : rest.removeFirst()
        }
    }

    // Never inlined: in an asynchronous function the temporaries, two kilobytes, would be part of the task's memory.

    @inline(never)
    private func outgoing(_ publications: [Publication]) -> [AMQPOutgoing] {
        publications.map { AMQPOutgoing($0) }
    }

    @inline(never)
    private func outcomes(_ outcomes: [AMQPPublishOutcome]) -> [PublishOutcome] {
        outcomes.map(outcome)
    }

    private func outcome(_ outcome: AMQPPublishOutcome) -> PublishOutcome {
        switch outcome {
        case .confirmed: .confirmed
        case .nacked:
            .rejected("RabbitMQ refused the message: a queue is full and rejects publishers, or could not store it")
        case .returned(let code, let text): .returned("\(code) \(text)")
        case .unknown(let error): .unknown(MessagingError(error, configuration))
        case .failed(let error) where error.code == .unencodable: .unencodable(error.message)
        case .failed(let error): .failed(MessagingError(error, configuration))
        }
    }
}
