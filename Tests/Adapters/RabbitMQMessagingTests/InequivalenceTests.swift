import Testing

@testable import RabbitMQMessaging

/// Answers of RabbitMQ 3.10.8, word for word.
private let prefix = "PRECONDITION_FAILED - inequivalent arg "

@Suite("Answers to declarations that differ from what exists")
struct InequivalenceTests {
    @Test(
        "each form names the argument and both values",
        arguments: [
            (
                "'x-message-ttl' for queue 'p1' in vhost '/': received '4' but current is '5000'", "x-message-ttl", "4",
                "5000"
            ),
            (
                "'x-max-length' for queue 'p1' in vhost '/': received none but current is the value '7' of type 'signedint'",
                "x-max-length", nil, "7"
            ),
            (
                "'x-queue-type' for queue 'p1' in vhost '/': "
                    + "received the value 'quorum' of type 'longstr' but current is none",
                "x-queue-type", "quorum", nil
            ),
            (
                "'type' for exchange 'e1' in vhost '/': received 'direct' but current is 'fanout'", "type", "direct",
                "fanout"
            ),
            (
                "'durable' for queue 'p1' in vhost '/': received 'false' but current is 'true'", "durable", "false",
                "true"
            ),
            (
                "'x-dead-letter-exchange' for queue 'q' in vhost '/': received none but current is the value '' of type 'longstr'",
                "x-dead-letter-exchange", nil, ""
            ),
        ] as [(String, String, String?, String?)])
    func forms(_ text: String, _ argument: String, _ received: String?, _ current: String?) throws {
        let answer = try #require(Inequivalence(prefix + text))
        #expect(answer.argument == argument)
        #expect(answer.received == received)
        #expect(answer.current == current)
    }

    @Test(
        "another answer, or an answer that was cut, is not read",
        arguments: [
            "", "NOT_FOUND - no queue 'nope' in vhost '/'", "PRECONDITION_FAILED - invalid arg 'x-overflow'",
            prefix + "'x-message-ttl' for queue 'rrrrrrrrr...",
            prefix + "'x-message-ttl' for queue 'q' in vhost '/': received '4' but current is '50...",
            prefix + "'x-message-ttl' for queue 'q' in vhost '/': received '4' but current is '",
            prefix + "'x-message-ttl' for queue 'q' in vhost '/': received none but current is the value '7...",
        ])
    func otherAnswers(_ text: String) {
        #expect(Inequivalence(text) == nil)
    }

    @Test("reading never traps, wherever the text ends")
    func everyEnd() {
        let text =
            prefix
            + "'a' for queue 'q': received the value 'x' of type 'longstr' but current is the value 'y' of type 't'"
        for end in text.indices { _ = Inequivalence(String(text[..<end])) }
        #expect(Inequivalence(text)?.current == "y")
    }
}
