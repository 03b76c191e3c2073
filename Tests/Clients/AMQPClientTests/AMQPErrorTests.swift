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

    @Test("are lasting refusals when the broker, or what answers there, does not let this client in")
    func lastingRefusals() {
        let refusals: [AMQPError.Code] = [.accessRefused, .notAllowed, .tls, .protocolViolation]
        let others: [AMQPError.Code] = [
            .unreachable, .connectionClosed, .connectionLost, .timedOut, .blocked, .closed, .notFound, .invalidURI,
        ]
        #expect(refusals.allSatisfy { AMQPError($0, "").isLastingRefusal })
        #expect(!others.contains { AMQPError($0, "").isLastingRefusal })
    }
}
