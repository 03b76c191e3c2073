import Testing

@testable import App

@Suite struct KnownVersionsTests {
    @Test(
        "known losses of a version are warnings, and what this program cannot use is a failure",
        arguments: [
            ("RabbitMQ/3.9.29", "failure"), ("RabbitMQ/3.10.8", "warning"), ("RabbitMQ/4.0.5", "warning"),
            ("RabbitMQ/4.1.4", "warning"), ("RabbitMQ/4.1.5", "ok"), ("RabbitMQ/4.2.0", "ok"),
            ("RabbitMQ/4.3.0", "warning"), ("RabbitMQ/4.3.2", "warning"), ("RabbitMQ/4.3.3", "ok"),
            ("RabbitMQ/4.4.0-rc.1", "ok"), ("Qdrant/1.16.3", "failure"), ("Qdrant/1.18.3", "warning"),
            ("Qdrant/1.19.0", "ok"), ("Qdrant/2.0", "ok"), ("Neo4j/4.4.40", "failure"), ("Neo4j/5.26.0", "ok"),
            ("Neo4j/2025.06.1", "ok"), ("ArcadeDB/25.1", "ok"), ("LavinMQ/2.9.1", "ok"), ("nothing", "ok"),
        ])
    func versions(name: String, status: String) {
        #expect((KnownVersions.finding(name)?.status ?? "ok") == status)
    }

    @Test("a version is compared by its numbers, not as text", arguments: [("A/1.9", true), ("A/1.10.0", false)])
    func numbers(name: String, isBelow: Bool) throws {
        #expect(try #require(ServerVersion(name)).isBelow(1, 10) == isBelow)
    }
}
