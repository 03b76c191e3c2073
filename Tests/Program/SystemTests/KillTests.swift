import Embedded
import Foundation
import Messaging
import TestSupport
import Testing

extension SystemTests {
    @Suite struct KillTests {
        @Test("through fifty kills every event answered with 200 is in both stores exactly once")
        func throughFiftyKillsEveryEventAnswered() async throws {
            let directory = try TemporaryDirectory()
            let poster = Poster(threads: 4)
            var generator = SystemRandomNumberGenerator()
            for round in 1...50 {
                let (server, port) = try Program.serve(directory.path, ["--workers", "neo4j=2,qdrant=2"])
                let worker = try Program(
                    ["worker", "--queue", round.isMultiple(of: 2) ? "neo4j" : "qdrant", "--data-dir", directory.path])
                poster.use(port: port)
                // The test does not wait for a state: processes are killed after a random time.
                try await Task.sleep(for: .seconds(.random(in: 0.02...0.3, using: &generator)))
                if Bool.random(using: &generator) { worker.kill() }
                server.kill()
                if worker.isRunning { worker.kill() }
            }
            poster.use(port: nil)
            let account = poster.stop()
            #expect(account.accepted.count > 1_000, "the test has to have had something to lose")

            let (server, port) = try Program.serve(directory.path, ["--workers", "neo4j=2,qdrant=2"])
            try await Audit.waitUntilQueuesAreEmpty(port: port)
            #expect(server.terminate() == 0)
            try await Audit.check(directory.path, account)

            let broker = try await EmbeddedBroker.open(directory: directory.path)
            let letters = try await broker.status(of: [PipelineTopology.deadLetterQueue])
            #expect(letters[PipelineTopology.deadLetterQueue]?.messages == 0)
            await broker.close()
        }
    }
}
