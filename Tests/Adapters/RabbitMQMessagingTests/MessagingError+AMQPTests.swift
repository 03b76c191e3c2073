import AMQPClient
import AMQPWire
import Messaging
import Testing

@testable import RabbitMQMessaging

@Suite("Errors of the port for failures of the client")
struct MessagingErrorAMQPTests {
    private let configuration = RabbitMQConfiguration(
        connection: AMQPConfiguration(authentication: .plain(user: "shop", password: "hunter2")))

    @Test(
        "kinds",
        arguments: [
            (.unreachable, .unavailable, .unavailable), (.connectionLost, .unavailable, .unavailable),
            (.timedOut, .unavailable, .unavailable), (.consumerCancelled, .unavailable, .unavailable),
            (.accessRefused, .unavailable, .failed), (.notAllowed, .unavailable, .failed),
            (.notFound, .notFound, .notFound), (.blocked, .blocked, .blocked), (.closed, .closed, .closed),
            (.protocolViolation, .corrupt, .corrupt), (.unencodable, .failed, .failed),
        ] as [(AMQPError.Code, MessagingError.Code, MessagingError.Code)])
    func kinds(_ code: AMQPError.Code, _ generally: MessagingError.Code, _ refused: MessagingError.Code) {
        #expect(MessagingError(AMQPError(code, "why"), configuration).code == generally)
        #expect(MessagingError(refusal: AMQPError(code, "why"), configuration).code == refused)
    }

    @Test("the error names the broker and the reason, and no password")
    func text() {
        let text = MessagingError(AMQPError(.unreachable, "nobody answers"), configuration).message
        #expect(text.contains("shop@localhost:5672") && text.contains("nobody answers"))
        #expect(!text.contains("hunter2"))
    }

    @Test("an address that cannot be read is an error without the password")
    func badAddress() throws {
        let error = try #require(throws: MessagingError.self) {
            _ = try RabbitMQConfiguration(url: "amqp://shop:hunter2@host/a/b")
        }
        #expect(!error.message.contains("hunter2"))
    }
}
