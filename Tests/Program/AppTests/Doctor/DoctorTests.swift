import App
import Events
import Foundation
import Messaging
import TestSupport
import Testing

/// Over embedded parts and addresses where nobody listens.
@Suite struct DoctorTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func examine(_ change: (inout BackEnds) -> Void = { _ in }) async throws -> [String: [String: String]] {
        var backEnds = BackEnds(dataDirectory: directory.path)
        change(&backEnds)
        let report = await Doctor(backEnds, now: { .now }).examine()
        let object = try JSONSerialization.jsonObject(with: Data(report.json)) as? [String: Any]
        let checks = try #require(object?["checks"] as? [[String: String]])
        // What stops the pipeline tells what to do, and the text tells the same as the JSON.
        for check in checks where check["status"] != "ok" { #expect(check["remedy"]?.isEmpty == false, "\(check)") }
        for check in checks { #expect(report.text.contains(check["finding"] ?? "?")) }
        return Dictionary(uniqueKeysWithValues: checks.map { ($0["check"] ?? "", $0) })
    }

    @Test("a new data folder is well, and nothing is missing in it")
    func new() async throws {
        let checks = try await examine()
        #expect(checks.values.allSatisfy { $0["status"] == "ok" }, "\(checks)")
        #expect(Set(checks.keys).isSuperset(of: ["configuration", "data folder", "broker", "topology", "graph"]))
    }

    @Test("dead letters, queues without consumers and a part of the topology that is missing are warnings")
    func warnings() async throws {
        let backEnds = BackEnds(dataDirectory: directory.path)
        try await Pipeline.with(backEnds, broker: .eventually(.api(.none))) { pipeline in
            let message = Message(body: Array("{}".utf8))
            _ = try await pipeline.broker.makePublisher().publish([
                Publication(exchange: "events.dlx", routingKey: "", message: message),
                Publication(exchange: "events", routingKey: "user.event", message: message),
            ])
        }
        let checks = try await examine()
        #expect(checks["events.dlq"]?["status"] == "warning")
        #expect(checks["events.neo4j"]?["remedy"]?.contains("worker --queue neo4j") == true)
        let longer = try await examine { $0.queueMaxLength = 5 }
        #expect(longer["topology"]?["status"] == "failure")
        #expect(longer["topology"]?["finding"]?.contains("x-max-length") == true)
    }

    @Test("servers that are away are failures, each with its cause, and the others are examined all the same")
    func away() async throws {
        let checks = try await examine { backEnds in
            backEnds.graph = (try? Location("bolt://127.0.0.1:1", of: .graph)) ?? .embedded
            backEnds.vectors = (try? Location("http://127.0.0.1:1", of: .vectors)) ?? .embedded
        }
        #expect(checks["graph"]?["status"] == "failure" && checks["vectors"]?["status"] == "failure")
        // On a busy machine, the time for connecting may be over before the refusal is seen.
        #expect(checks["graph"]?["finding"]?.isEmpty == false)
        #expect(checks["broker"]?["status"] == "ok")
    }

    @Test("a data folder that cannot be made is told, and nothing behind it is opened")
    func folder() async throws {
        let checks = try await examine { $0.dataDirectory = "/dev/null/data" }
        #expect(checks["data folder"]?["status"] == "failure")
        #expect(checks["broker"] == nil)
    }
}
