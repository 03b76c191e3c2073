import Testing

/// The client over sockets.
@Suite("AMQP client", .timeLimit(.minutes(5)))
struct ClientTests {}
