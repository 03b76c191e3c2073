import Embedded
import Events
import Foundation
import Messaging
import Stores
import TestSupport
import Testing

extension SystemTests {
    @Suite struct KillTests {
        @Test func `through fifty kills every event answered with 200 is in both stores exactly once`() async throws {
            let directory = try TemporaryDirectory()
            let poster = Poster(threads: 4)
            var generator = SystemRandomNumberGenerator()
            for round in 1...50 {
                let (server, port) = try Program.serve(directory.path, ["--workers", "neo4j=2,qdrant=2"])
                let worker = try Program(
                    ["worker", "--queue", round.isMultiple(of: 2) ? "neo4j" : "qdrant", "--data-dir", directory.path])
                poster.use(port: port)
                // Not waited for: the random life is what is tested.
                try await Task.sleep(for: .seconds(.random(in: 0.02...0.3, using: &generator)))
                if Bool.random(using: &generator) { worker.kill() }
                server.kill()
                if worker.isRunning { worker.kill() }
            }
            poster.use(port: nil)
            let account = poster.stop()
            #expect(account.accepted.count > 1_000, "the test has to have had something to lose")

            let (server, port) = try Program.serve(directory.path, ["--workers", "neo4j=2,qdrant=2"])
            try await waitUntilQueuesAreEmpty(port: port)
            #expect(server.terminate() == 0)
            try await audit(directory.path, account)
        }

        private func waitUntilQueuesAreEmpty(port: UInt16) async throws {
            let deadline = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < deadline {
                let client = try RawClient(port: port)
                let queues = client.request("GET", "/rabbitmq/health")?.object["queues"] as? [String: [String: Int]]
                if let queues, queues.values.allSatisfy({ $0["messages"] == 0 }) { return }
                try await Task.sleep(for: .milliseconds(20))
            }
            throw ProgramFailure(message: "the queues were not empty after 60 s")
        }

        private func audit(_ directory: String, _ account: Poster.Account) async throws {
            let accepted = account.accepted.compactMap { EventID($0) }
            let sent = account.sent.compactMap { EventID($0) }
            let graph = try await EmbeddedGraphStore.open(directory: directory)
            let inGraph = try await graph.occurrences(of: sent)
            #expect(accepted.filter { inGraph[$0] == nil } == [], "lost in the graph")
            #expect(inGraph.filter { $0.value != 1 }.isEmpty, "doubled in the graph")
            #expect(try await graph.statistics().interactions == inGraph.count, "nothing that was not sent")

            let profiles = try await EmbeddedProfileStore.open(directory: directory)
            let inVectors = try await profiles.occurrences(of: sent)
            #expect(accepted.filter { inVectors[$0] == nil } == [], "lost in the vectors")
            #expect(inVectors.filter { $0.value != 1 }.isEmpty, "doubled in the vectors")
            #expect(Set(inVectors.keys) == Set(inGraph.keys), "both stores hold the same events")
            var counted = 0
            for user in 1...40 { counted += try await profiles.profile(of: Int64(user))?.interactions ?? 0 }
            #expect(counted == inVectors.count, "no profile counts an event twice")

            let broker = try await EmbeddedBroker.open(directory: directory)
            let letters = try await broker.status(of: [PipelineTopology.deadLetterQueue])
            #expect(letters[PipelineTopology.deadLetterQueue]?.messages == 0)
            await broker.close()
            await graph.close()
            await profiles.close()
        }
    }
}
