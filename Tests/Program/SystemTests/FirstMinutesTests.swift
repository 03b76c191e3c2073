import Foundation
import TestSupport
import Testing

/// What a new user does first.
extension SystemTests {
    @Suite struct FirstMinutesTests {
        @Test("a posted event appears in the history and the profile")
        func postedEventComesIntoTheHistory() async throws {
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path)
            let client = try RawClient(port: port)
            let posted = try #require(client.request("POST", "/events", BadInputTests.valid))
            #expect(posted.status == 200)
            #expect(posted.object["status"] as? String == "Event queued")
            let id = try #require(posted.object["event_id"] as? String)

            var history: [[String: Any]] = []
            var profile: RawClient.Answer?
            try await eventually("the event in both stores") {
                history = client.request("GET", "/users/1/history")?.object["events"] as? [[String: Any]] ?? []
                profile = client.request("GET", "/users/1/profile")
                return !history.isEmpty && profile?.status == 200
            }
            #expect(history.first?["event_id"] as? String == id)
            #expect(profile?.object["interactions"] as? Int == 1)
            #expect(server.terminate() == 0)
        }

        @Test("several processes share one data folder: serve, workers, import and stats at once")
        func severalProcessesShareOneDataFolder() async throws {
            let directory = try TemporaryDirectory()
            let file = directory.path + "/events.csv"
            let lines = (1...3_000).map { "\($0 % 50 + 1),\($0 % 70 + 1),9,pv,\(1_511_544_070 + $0)\r\n" }
            try lines.joined().write(toFile: file, atomically: true, encoding: .utf8)
            let data = directory.path + "/data"
            let (server, port) = try Program.serve(data, ["--no-workers"])
            let graphWorker = try Program(["worker", "--queue", "neo4j", "--data-dir", data])
            let profileWorker = try Program(["worker", "--queue", "qdrant", "--concurrency", "2", "--data-dir", data])
            let poster = Poster(threads: 2)
            poster.use(port: port)
            let imported = try Program.run(["import", file, "--data-dir", data, "--json"])
            #expect(imported.status == 0, "\(imported.output)")
            let account = poster.stop()
            #expect(account.refused.isEmpty)

            var interactions = 0
            var vectors = 0
            let expected = 3_000 + account.accepted.count
            try await eventually("\(expected) events in both stores: \(interactions), \(vectors)") {
                let statistics = try Program.statistics(data)
                interactions = statistics["interactions"] as? Int ?? 0
                vectors = statistics["vectors"] as? Int ?? 0
                return interactions >= expected && vectors >= expected
            }
            #expect(interactions == expected)
            #expect(vectors == expected)
            #expect(graphWorker.terminate() == 0)
            #expect(profileWorker.terminate() == 0)
            #expect(server.terminate() == 0)
        }

        @Test("stats prints one object with every count")
        func statsTellsOneObjectWithEvery() async throws {
            let directory = try TemporaryDirectory()
            #expect(try Program.run(["topology", "declare", "--data-dir", directory.path]).status == 0)
            let statistics = try Program.statistics(directory.path)
            #expect(
                Set(statistics.keys) == [
                    "users", "products", "interactions", "by_type", "profiles", "vectors", "queues", "dead_letters",
                ])
            #expect(
                statistics["by_type"] as? [String: Int] == ["view": 0, "cart": 0, "purchase": 0, "remove_from_cart": 0])
            let queues = try #require(statistics["queues"] as? [String: [String: Int]])
            #expect(
                queues["events.neo4j"]
                    == ["messages": 0, "messages_ready": 0, "messages_unacknowledged": 0, "consumers": 0])
            #expect(queues["events.qdrant.retry.5m"] != nil)
        }

        @Test("wrong usage ends with status 2, a missing file with status 1")
        func wrongUsageEndsWithStatus2() throws {
            #expect(try Program.run(["serv"]).status == 2)
            #expect(try Program.run(["serve", "--prot", "1"]).status == 2)
            let directory = try TemporaryDirectory()
            #expect(try Program.run(["import", "/nonexistent.csv", "--data-dir", directory.path]).status == 1)
            #expect(try Program.run(["--help"]).status == 0)
        }

        @Test("a port that is in use is reported, with status 1")
        func portThatIsInUse() throws {
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--no-workers"])
            let second = try Program.run(["serve", "--no-workers", "--port", "\(port)", "--data-dir", directory.path])
            #expect(second.status == 1)
            #expect(server.terminate() == 0)
        }
    }
}
