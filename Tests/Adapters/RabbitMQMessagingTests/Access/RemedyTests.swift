import AMQPClient
import AMQPWire
import Testing

@testable import RabbitMQMessaging

@Suite("Remedies for what RabbitMQ refuses") struct RemedyTests {
    private func remedy(_ code: AMQPError.Code, _ text: String, _ replyCode: UInt16? = nil, virtualHost: String = "/")
        -> String?
    {
        let connection = AMQPConfiguration(
            authentication: .plain(user: "shop", password: "hunter2"), virtualHost: virtualHost)
        return Remedy(AMQPError(code, text, replyCode: replyCode), connection)?.text
    }

    @Test(
        "each refusal names the command or the part of the address that mends it, for this user and virtual host",
        arguments: [
            // The texts are RabbitMQ's (3.10).
            (
                .accessRefused,
                "the broker closed the connection: 403 ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.",
                403, "rabbitmqctl change_password shop PASSWORD"
            ),
            (
                .notAllowed, "the broker closed the connection: 530 NOT_ALLOWED - vhost nope not found", 530,
                "rabbitmqctl add_vhost nope && rabbitmqctl set_permissions -p nope shop"
            ),
            (
                .notAllowed,
                "the broker closed the connection: 530 NOT_ALLOWED - access to vhost 'nope' refused for user 'shop'",
                530,
                "by: rabbitmqctl set_permissions -p nope shop '^events' '^(events|amq\\.default)' '^events'"
            ),
            (
                .notAllowed,
                "530 NOT_ALLOWED - access to vhost 'nope' refused for user 'shop': connection limit (1) is reached",
                530,
                "rabbitmqctl set_vhost_limits -p nope"
            ),
            (
                .notAllowed,
                "530 NOT_ALLOWED - connection refused for user 'shop': user connection limit (0) is reached",
                530, "rabbitmqctl set_user_limits shop"
            ),
            (
                .accessRefused,
                "the broker closed the channel: 403 ACCESS_REFUSED - access to queue 'q' in vhost 'nope' refused for user 'shop'",
                403, "rabbitmqctl set_permissions -p nope shop"
            ),
            (.tls, "certificate verify failed", nil, "cacertfile=FILE"),
            (
                .protocolViolation, "the broker broke the protocol: the server speaks HTTP", nil,
                "15672 is the management"
            ),
        ] as [(AMQPError.Code, String, UInt16?, String)])
    func remedies(_ code: AMQPError.Code, _ text: String, _ replyCode: UInt16?, _ part: String) throws {
        let found = try #require(remedy(code, text, replyCode, virtualHost: "nope"))
        #expect(found.contains(part), "\(found)")
        #expect(!found.contains("hunter2"))
    }

    @Test("names that a shell would take apart are quoted")
    func quoted() {
        let text = remedy(.notAllowed, "vhost a b'c not found", 530, virtualHost: "a b'c")
        #expect(text?.contains(#"rabbitmqctl add_vhost 'a b'\''c' &&"#) == true)
    }

    @Test("what passes by itself has none")
    func none() {
        for code: AMQPError.Code in [.unreachable, .timedOut, .connectionLost, .connectionClosed, .blocked, .notFound] {
            #expect(remedy(code, "why") == nil)
        }
        #expect(remedy(.notAllowed, "all 2047 channels of the connection are open") == nil)
    }
}
