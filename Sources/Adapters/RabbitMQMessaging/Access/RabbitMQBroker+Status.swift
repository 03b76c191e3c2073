import AMQPClient
import AMQPWire
package import Messaging

/// How full queues are.
extension RabbitMQBroker {
    /// See ``Broker/status(of:)``. AMQP tells what waits in a queue and how many consumers it has, not what they hold.
    /// Where all of them are this broker's own, it knows that itself; else `unacknowledged` is nil.
    package func status(of queues: [String]) async throws(MessagingError) -> [String: QueueStatus] {
        try await connected(consuming)
        var status: [String: QueueStatus] = [:]
        var rest = queues[...]
        do {
            while !rest.isEmpty {
                let names = rest
                // The first name that does not exist ends the channel; another channel asks for the rest.
                let answers = try await consuming.withChannel { (channel) throws(AMQPError) in
                    try await Self.ask(names, channel)
                }
                for (name, answer) in zip(names, answers) { status[name] = answer }
                rest = rest.dropFirst(answers.count + 1)
            }
        } catch {
            throw MessagingError(error, configuration)
        }
        for (name, answer) in status {
            let own = await consuming.holdings(of: name)
            if own.consumers == answer.consumers { status[name]?.unacknowledged = own.deliveries }
        }
        return status
    }

    private static func ask(
        _ names: ArraySlice<String>, _ channel: AMQPChannel
    ) async throws(AMQPError) -> [QueueStatus] {
        var answers: [QueueStatus] = []
        for name in names {
            var question = QueueDeclare(queue: name)
            question.passive = true
            do {
                let answer = try await channel.declareQueue(question)
                answers.append(
                    QueueStatus(
                        ready: Int(answer.messageCount), unacknowledged: nil, consumers: Int(answer.consumerCount)))
            } catch {
                guard error.code == .notFound else { throw error }
                break
            }
        }
        return answers
    }
}
