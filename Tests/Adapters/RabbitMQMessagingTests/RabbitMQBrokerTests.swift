import Messaging
import PipelineTesting
import RabbitMQMessaging
import TestSupport
import Testing

@Suite("Connecting to RabbitMQ", .timeLimit(.minutes(5)))
struct RabbitMQBrokerTests {
    @Test("TLS works, with the certificate checked")
    func tls() async throws {
        let node = try await RabbitMQNode.start(tls: true)
        let (url, authority) = (
            try #require(node.addresses.amqps), try #require(node.addresses.certificateAuthority)
        )
        let trusting = await RabbitMQBroker(try RabbitMQConfiguration(url: "\(url)/%2F?cacertfile=\(authority)"))
        try await trusting.declare(Queue(name: "q"))
        #expect(try await trusting.publish(["secret"], to: "q") == [.confirmed])
        await trusting.close()
        let suspicious = await RabbitMQBroker(try RabbitMQConfiguration(url: url))
        let error = try await #require(throws: MessagingError.self) { try await suspicious.declare(Queue(name: "q")) }
        #expect(error.code == .refused)
        #expect(error.message.lowercased().contains("certificate"), "\(error)")
        await suspicious.close()
    }

    @Test("a wrong password is reported without the password")
    func wrongPassword() async throws {
        let node = try await RabbitMQNode.shared()
        let url = node.addresses.amqp.replacing("guest:guest", with: "guest:hunter2")
        let broker = await RabbitMQBroker(try RabbitMQConfiguration(url: url))
        let error = try await #require(throws: MessagingError.self) { try await broker.declare(Queue(name: "q")) }
        #expect(error.message.contains("refused") || error.message.contains("REFUSED"), "\(error)")
        #expect(error.code == .refused)
        #expect(!error.message.contains("hunter2"))
        await broker.close()
    }

    @Test("a port that speaks TLS, and TLS at a port without it, are refusals that name the ports")
    func wrongPort() async throws {
        let node = try await RabbitMQNode.start(tls: true)
        let secure = try #require(node.addresses.amqps)
        let addresses = [
            (secure.replacing("amqps:", with: "amqp:"), "the server speaks TLS"),
            (node.addresses.amqp.replacing("amqp:", with: "amqps:"), "amqps:// is for a port with TLS"),
        ]
        for (address, text) in addresses {
            let broker = await RabbitMQBroker(try RabbitMQConfiguration(url: address))
            let error = await #expect(throws: MessagingError.self) { _ = try await broker.status(of: ["q"]) }
            #expect(error?.code == .refused, "\(text): \(String(describing: error))")
            #expect(error?.message.contains(text) == true, "\(String(describing: error))")
            await broker.close()
        }
    }

    @Test("a closed broker reports so, and closing again has no effect")
    func closed() async throws {
        let broker = await RabbitMQBroker(try .of(await .shared()))
        try await broker.declare(Queue(name: Names()("queue")))
        let publisher = try await broker.makePublisher()
        await broker.close()
        await broker.close()
        let error = try await #require(throws: MessagingError.self) { _ = try await broker.status(of: ["q"]) }
        #expect(error.code == .closed)
        let publication = Publication(exchange: "", routingKey: "q", message: Message(body: []))
        #expect(await publisher.publish([publication])[0].failure?.code == .closed)
    }
}
