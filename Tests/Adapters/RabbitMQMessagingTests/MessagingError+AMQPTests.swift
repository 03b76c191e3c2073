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
            (.unreachable, .unavailable), (.connectionLost, .unavailable), (.timedOut, .unavailable),
            (.consumerCancelled, .unavailable), (.connectionClosed, .unavailable), (.tls, .refused),
            (.protocolViolation, .refused), (.notFound, .notFound), (.blocked, .blocked), (.closed, .closed),
            (.unencodable, .failed), (.preconditionFailed, .failed),
        ] as [(AMQPError.Code, MessagingError.Code)])
    func kinds(_ code: AMQPError.Code, _ expected: MessagingError.Code) {
        #expect(MessagingError(AMQPError(code, "why"), configuration).code == expected)
    }

    @Test(
        "a login, a virtual host, a limit and a permission are refusals; a reserved name and the client's own rules are not",
        arguments: [
            (.accessRefused, 403, "the broker closed the connection: 403 ACCESS_REFUSED - Login was refused", .refused),
            (.accessRefused, nil, "the broker closed the connection during login", .refused),
            (
                .accessRefused, 403,
                "the broker closed the channel: 403 ACCESS_REFUSED - access to queue 'q' in vhost '/' refused for user 'shop'",
                .refused
            ),
            (.notAllowed, 530, "the broker closed the connection: 530 NOT_ALLOWED - vhost nope not found", .refused),
            (
                .accessRefused, 403,
                "the broker closed the channel: 403 ACCESS_REFUSED - queue name 'amq.q' contains reserved prefix 'amq.*'",
                .failed
            ),
            (.notAllowed, nil, "all 2047 channels of the connection are open", .failed),
        ] as [(AMQPError.Code, UInt16?, String, MessagingError.Code)])
    func refusals(_ code: AMQPError.Code, _ replyCode: UInt16?, _ text: String, _ expected: MessagingError.Code) {
        #expect(MessagingError(AMQPError(code, text, replyCode: replyCode), configuration).code == expected)
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
