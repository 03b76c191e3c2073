import Testing

/// The client over sockets, one test at a time: the node of RabbitMQ, which is started by the first test that wants it,
/// inherits what sockets are open then, and their ends would never be seen by their peers.
@Suite("AMQP client", .serialized)
struct ClientTests {}
