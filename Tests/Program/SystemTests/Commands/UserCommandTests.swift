import Embedded
import Events
import Foundation
import Messaging
import Stores
import TestSupport
import Testing

extension SystemTests {
    /// Erasing users, by the command and over HTTP.
    @Suite struct UserCommandTests {
        private let directory: TemporaryDirectory
        private var data: [String] { ["--data-dir", directory.path] }

        init() throws {
            directory = try TemporaryDirectory()
        }

        private func post(_ port: UInt16, user: Int, _ count: Int) throws {
            let client = try RawClient(port: port)
            for number in 0..<count {
                let answer = client.request(
                    "POST", "/events",
                    #"{"user_id":\#(user),"product_id":\#(number + 1),"event_type":"view","user_session":"s"}"#)
                #expect(answer?.status == 200)
            }
        }

        /// Letters with valid events of these users from an hour ago, and one of which nobody can tell whose it is.
        private func deadLetter(_ users: [Int64]) async throws {
            let broker = try await EmbeddedBroker.open(directory: directory.path)
            let earlier = Timestamp(microseconds: Timestamp.now.microseconds - 3_600_000_000)
            let bodies = users.enumerated().map { number, user in
                Event(
                    id: EventID(high: 7, low: UInt64(number)), userID: user, productID: 1, type: .cart, session: "s",
                    time: earlier
                ).encoded(publishedAt: earlier)
            }
            let letters = (bodies + [Array("not JSON".utf8)]).map { body in
                var message = Message(body: body)
                DeadLetterHeaders(
                    queue: PipelineTopology.graphQueue, reason: .rejected, error: "no", attempts: 1, firstFailedAt: 1,
                    lastFailedAt: earlier.microseconds, worker: "w"
                ).write(to: &message.properties.headers)
                return Publication(exchange: PipelineTopology.deadLetterExchange, routingKey: "", message: message)
            }
            let outcomes = try await broker.makePublisher().publish(letters)
            #expect(outcomes.allSatisfy { $0 == .confirmed })
            await broker.close()
        }

        private func run(_ arguments: String...) throws -> String {
            let (status, output) = try Program.run(arguments + data, readsErrors: true)
            try #require(status == 0, "\(arguments): \(output)")
            return output
        }

        private func history(_ port: UInt16, user: Int) throws -> Int? {
            let answer = try RawClient(port: port).request("GET", "/users/\(user)/history")
            return (answer?.object["events"] as? [Any])?.count
        }

        @Test("an erased user stays erased through what still waits and is sent again, and is taken again later")
        func staysErased() async throws {
            let (intake, first) = try Program.serve(directory.path, ["--no-workers"])
            try post(first, user: 1, 3)
            try post(first, user: 2, 2)
            try await deadLetter([1, 2, 1])
            #expect(intake.terminate() == 0)
            let file = directory.file("letters.ndjson")
            _ = try run("dlq", "export", file)

            let report = try run("user", "erase", "1", "--yes", "--json")
            #expect(
                report.contains(#""interactions":0,"vectors":0,"profiles":0,"dead_letters":2,"archived_letters":0"#))
            #expect(report.contains(#""letters_of_unknown_users":1"#))

            let (server, port) = try Program.serve(
                directory.path, ["--workers", "neo4j=1,qdrant=1"], environment: ["DEBIAS_API_TOKENS": "secret"])
            try await eventually("the events of the other user are written") { try history(port, user: 2) == 2 }
            #expect(try run("dlq", "import", file).contains("2 letters brought back"))
            #expect(try run("dlq", "replay", "--class", "rejected", "--type", "cart").contains("3 sent"))
            try await eventually("the letter of the other user is written") { try history(port, user: 2) == 3 }
            try await eventually("nothing waits") {
                let health = try RawClient(port: port).request("GET", "/rabbitmq/health")?.object
                let queues = health?["queues"] as? [String: [String: Int]]
                return PipelineTopology.workQueues.allSatisfy { queues?[$0]?["messages"] == 0 }
            }
            #expect(try history(port, user: 1) == 0)
            #expect(try RawClient(port: port).request("GET", "/users/1/profile")?.status == 404)

            try post(port, user: 1, 1)
            try await eventually("the user is back") {
                let profile = try RawClient(port: port).request("GET", "/users/1/profile")
                return try history(port, user: 1) == 1 && profile?.object["interactions"] as? Int == 1
            }

            #expect(try RawClient(port: port).request("DELETE", "/users/2")?.status == 401)
            let token = ["Authorization: Bearer secret"]
            for removed in [3, 0] {
                let answer = try RawClient(port: port).request("DELETE", "/users/2", headers: token)
                #expect(answer?.status == 200)
                #expect((answer?.object["removed"] as? [String: Int])?["interactions"] == removed)
            }
            #expect(try history(port, user: 2) == 0)
            #expect(server.terminate() == 0)
        }

        @Test("an erasure that is killed at any moment can be repeated, and touches nobody else")
        func killed() async throws {
            func event(_ number: Int, of user: Int64) -> Event {
                Event(
                    id: EventID(high: UInt64(user), low: UInt64(number)), userID: user,
                    productID: Int64(number % 100 + 1), type: .view, session: "s",
                    time: Timestamp(microseconds: 1_700_000_000_000_000 + Int64(number)))
            }
            let mine = (0..<60_000).map { event($0, of: 1) }
            let others = (0..<100).map { event($0, of: 2) }
            let graph = try await EmbeddedGraphStore.open(directory: directory.path)
            let profiles = try await EmbeddedProfileStore.open(directory: directory.path)
            for start in stride(from: 0, to: mine.count, by: 10_000) {
                let batch = InteractionBatch(mine[start..<(start + 10_000)] + others)
                _ = try await graph.apply(batch)
                _ = try await profiles.apply(batch)
            }
            var kills = 0
            for milliseconds in stride(from: 10, to: 1_000, by: 30) {
                let erasure = try Program(["user", "erase", "1", "--yes"] + data)
                // The test does not wait for a state: the process is killed at some moment, a later one each time.
                try await Task.sleep(for: .milliseconds(milliseconds))
                guard erasure.isRunning else { break }
                erasure.kill()
                kills += 1
            }
            #expect(kills > 0)
            _ = try run("user", "erase", "1", "--yes")
            let expected = GraphStatistics(users: 1, products: 100, interactionsByType: [.view: others.count])
            #expect(try await graph.statistics() == expected)
            #expect(try await profiles.statistics() == ProfileStatistics(profiles: 1, vectors: others.count))
            let again = InteractionBatch(Array(mine.prefix(9) + others))
            #expect(try await graph.apply(again) == AppliedBatch(alreadyPresent: others.count, erased: 9))
            #expect(try await profiles.apply(again) == AppliedBatch(alreadyPresent: others.count, erased: 9))
            await graph.close()
            await profiles.close()
        }

        @Test("asks before it removes anything, and takes the end of the input for no")
        func asks() throws {
            let (status, output) = try Program.run(["user", "erase", "7"] + data, readsErrors: true)
            #expect(status == 1)
            #expect(output.contains("Remove all that is held about user 7 for good?"))
            #expect(output.contains("nothing was removed"))
            for id in ["0", "-1", "x", "9223372036854775808"] {
                #expect(try Program.run(["user", "erase", id] + data).status == 2)
            }
            let text = try run("user", "erase", "7", "--yes")
            #expect(text.contains("0  interactions of the graph removed"))
            #expect(text.contains("events of user 7 that were received until"))
        }
    }
}
