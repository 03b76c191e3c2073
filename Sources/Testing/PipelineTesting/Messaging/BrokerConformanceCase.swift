package import Messaging

/// Creates brokers for conformance cases.
package protocol BrokerFactory: Sendable {
    /// A separate broker on the same queues as all others of this factory, like that of another process. The case
    /// closes the broker.
    func broker() async throws -> any Broker
}

/// A sentence about every broker, and its proof.
///
/// Run as the arguments of one parameterised test per adapter:
///
/// ```swift
/// @Test("the broker conforms", arguments: BrokerConformanceCase.all)
/// func conforms(_ conformance: BrokerConformanceCase) async throws {
///     try await conformance.run(with: factory)
/// }
/// ```
///
/// Names of queues and exchanges are new at each run and begin with ``namePrefix``, so that cases may run in parallel
/// on one server and a fixture can remove queues and exchanges afterwards.
package struct BrokerConformanceCase: Sendable, CustomStringConvertible {
    /// The prefix of every name that a case declares.
    package static let namePrefix = "conformance."

    /// The sentence about the broker.
    package let description: String
    private let body: @Sendable (ConformanceRun) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (ConformanceRun) async throws -> Void) {
        description = name
        self.body = body
    }

    /// - Throws: ``ConformanceFailure`` or `TimedOut` where the broker behaves differently; any unexpected error of the
    ///   broker.
    package func run(with factory: any BrokerFactory) async throws {
        let run = ConformanceRun(factory: factory)
        do {
            try await body(run)
        } catch {
            await run.close()
            throw error
        }
        await run.close()
    }

    package static let all: [BrokerConformanceCase] =
        topology + publishing + consuming + settling + deadLetters + limits + delays + content + endings
}
