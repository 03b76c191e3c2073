import Messaging
import PipelineTesting
import RabbitMQMessaging
import TestSupport
import Testing

/// Brokers on one node, each with connections of its own, as processes have.
private struct Node: BrokerFactory {
    let configuration: RabbitMQConfiguration

    func broker() async throws -> any Broker {
        await RabbitMQBroker(configuration)
    }
}

@Test("RabbitMQ conforms", .timeLimit(.minutes(5)), arguments: BrokerConformanceCase.all)
func rabbitMQConforms(_ conformance: BrokerConformanceCase) async throws {
    try await conformance.run(with: Node(configuration: .of(try await .shared())))
}
