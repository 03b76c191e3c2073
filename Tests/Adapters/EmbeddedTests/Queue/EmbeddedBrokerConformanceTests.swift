import Embedded
import Messaging
import PipelineTesting
import TestSupport
import Testing

/// Brokers on one data folder, each with a database connection of its own, as processes have.
private struct Folder: BrokerFactory {
    let directory: TemporaryDirectory

    func broker() async throws -> any Broker {
        try await EmbeddedBroker.open(directory: directory.file("data"))
    }
}

@Test("the embedded broker conforms", arguments: BrokerConformanceCase.all)
func embeddedBrokerConforms(_ conformance: BrokerConformanceCase) async throws {
    try await conformance.run(with: Folder(directory: try TemporaryDirectory()))
}
