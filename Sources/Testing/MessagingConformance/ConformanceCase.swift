package import Messaging

/// Gives brokers to conformance cases.
package protocol BrokerFactory: Sendable {
    /// A broker of its own on the same queues as all others of this factory, as another process would have it. The
    /// case closes it.
    func broker() async throws -> any Broker
}

/// One sentence about what every broker does, and the proof.
///
/// Run as the arguments of one parameterised test an adapter:
///
/// ```swift
/// @Test(arguments: ConformanceCase.all)
/// func conforms(_ conformance: ConformanceCase) async throws {
///     try await conformance.run(with: factory)
/// }
/// ```
///
/// Names of queues and exchanges are new at each run and begin with ``namePrefix``, so that cases may run beside each
/// other on one server and a fixture can remove what they leave.
package struct ConformanceCase: Sendable, CustomStringConvertible {
    /// Begins every name that a case declares.
    package static let namePrefix = "conformance."

    /// What the broker does.
    package let name: String
    private let body: @Sendable (Scene) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (Scene) async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// Runs the case.
    /// - Throws: ``ConformanceFailure`` where the broker does otherwise; whatever the broker threw unexpectedly.
    package func run(with factory: any BrokerFactory) async throws {
        let scene = Scene(factory: factory)
        do {
            try await body(scene)
        } catch {
            await scene.close()
            throw error
        }
        await scene.close()
    }

    /// The name.
    package var description: String { name }

    /// All cases.
    package static let all: [ConformanceCase] =
        topology + publishing + consuming + settling + deadLetters + limits + delays + content + endings
}

/// What a broker did otherwise than a case demands.
package struct ConformanceFailure: Error, CustomStringConvertible {
    /// What was expected and what was seen.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
