import Testing

/// The client over sockets.
@Suite("AMQP client")
struct ClientTests {}
