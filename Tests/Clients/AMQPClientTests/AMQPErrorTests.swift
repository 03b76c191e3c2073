import AMQPClient
import Testing

@Suite("Errors of the AMQP client")
struct AMQPErrorTests {
    @Test("are retriable when waiting may help, and not when people have to repair something")
    func retriable() {
        let retriable: [AMQPError.Code] = [
            .unreachable, .channelClosed, .connectionClosed, .connectionLost, .timedOut, .blocked, .consumerCancelled,
        ]
        let lasting: [AMQPError.Code] = [
            .invalidURI, .tls, .accessRefused, .notAllowed, .notFound, .preconditionFailed, .resourceLocked, .closed,
            .protocolViolation, .unencodable,
        ]
        #expect(retriable.filter { !AMQPError($0, "").isRetriable }.isEmpty)
        #expect(lasting.filter { AMQPError($0, "").isRetriable }.isEmpty)
    }
}
