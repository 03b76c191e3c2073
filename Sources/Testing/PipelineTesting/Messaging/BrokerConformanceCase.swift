package import Messaging

/// Gives brokers to conformance cases.
package protocol BrokerFactory: Sendable {
    /// A broker of its own on the same queues as all others of this factory, as another process would have it. The
    /// case closes it.
    func broker() async throws -> any Broker
}

/// One sentence about what every broker does, and the proof.
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
/// Names of queues and exchanges are new at each run and begin with ``namePrefix``, so that cases may run beside each
/// other on one server and a fixture can remove what they leave.
package struct BrokerConformanceCase: Sendable, CustomStringConvertible {
    /// Begins every name that a case declares.
    package static let namePrefix = "conformance."

    /// What the broker does.
    package let description: String
    private let body: @Sendable (ConformanceRun) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (ConformanceRun) async throws -> Void) {
        description = name
        self.body = body
    }

    /// Runs the case.
    /// - Throws: ``ConformanceFailure`` or `TimedOut` where the broker behaves differently; whatever the broker threw unexpectedly.
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

    /// All cases.
    package static let all: [BrokerConformanceCase] =
        topology + publishing + consuming + settling + deadLetters + limits + delays + content + endings
}
