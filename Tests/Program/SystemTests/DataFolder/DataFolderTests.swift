import Embedded
import Events
import Foundation
import Stores
import TestSupport
import Testing

extension SystemTests {
    /// What happens to the data folder under the running program.
    @Suite struct DataFolderTests {
        @Test("when the data folder is removed no event is answered with 200, and readiness names the file")
        func whenTheDataFolderIsRemoved() async throws {
            let directory = try TemporaryDirectory()
            // It is removed with its last use otherwise, under the servers.
            defer { withExtendedLifetime(directory) {} }
            let data = directory.file("data")
            let (server, port) = try Program.serve(data)
            let client = try RawClient(port: port)
            for _ in 0..<20 { #expect(client.request("POST", "/events", BadInputTests.valid)?.status == 200) }
            #expect(client.request("GET", "/health/ready")?.status == 200)
            try FileManager.default.removeItem(atPath: data)
            for _ in 0..<20 {
                let answer = try #require(client.request("POST", "/events", BadInputTests.valid))
                #expect(answer.status == 503)
                #expect(answer.body.contains("it was removed or renamed"))
            }
            let ready = try #require(client.request("GET", "/health/ready"))
            #expect(ready.status == 503)
            for file in ["queues.sqlite", "graph.sqlite", "profiles.sqlite"] { #expect(ready.body.contains(file)) }
            #expect(client.request("GET", "/rabbitmq/health")?.status == 503)
            #expect(client.request("GET", "/health")?.status == 200, "a restart would hide it")
            #expect(server.terminate() == 0)
        }

        @Test("a data folder that is moved away and back loses nothing, under load")
        func aDataFolderThatIsMovedAway() async throws {
            let directory = try TemporaryDirectory()
            // It is removed with its last use otherwise, under the servers.
            defer { withExtendedLifetime(directory) {} }
            let data = directory.file("data")
            let (server, port) = try Program.serve(data, ["--workers", "neo4j=2,qdrant=2"])
            let poster = Poster(threads: 4)
            poster.use(port: port)
            for _ in 0..<5 {
                let before = poster.accepted
                try await eventually("events") { poster.accepted >= before + 200 }
                try FileManager.default.moveItem(atPath: data, toPath: directory.file("moved"))
                try await Task.sleep(for: .milliseconds(50))
                try FileManager.default.moveItem(atPath: directory.file("moved"), toPath: data)
            }
            poster.use(port: nil)
            let account = poster.stop()
            #expect(account.refused.keys.allSatisfy { $0 == 503 })
            try await Audit.waitUntilQueuesAreEmpty(port: port)
            #expect(server.terminate() == 0)
            try await Audit.check(data, account)
        }

        @Test("on RabbitMQ, workers whose stores were removed acknowledge nothing")
        func onRabbitMQWorkersWhoseStores() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            // It is removed with its last use otherwise, under the servers.
            defer { withExtendedLifetime(directory) {} }
            let data = directory.file("data")
            let (server, port) = try Program.serve(data, ["--broker", node.addresses.amqp])
            let first = Poster(threads: 2, pause: 0.01)
            first.use(port: port)
            try await eventually("events") { first.accepted >= 100 }
            _ = first.stop()
            try FileManager.default.removeItem(atPath: data)
            let second = Poster(threads: 2, pause: 0.01)
            second.use(port: port)
            try await eventually("events") { second.accepted >= 100 }
            let account = second.stop()
            try await eventually("it is not ready") {
                try RawClient(port: port).request("GET", "/health/ready")?.status == 503
            }
            server.kill()

            let (next, nextPort) = try Program.serve(data, ["--broker", node.addresses.amqp])
            let graph = try await EmbeddedGraphStore.open(directory: data)
            let profiles = try await EmbeddedProfileStore.open(directory: data)
            let ids = account.accepted.compactMap { EventID($0) }
            try await eventually("what was accepted after the removal is in the new stores") {
                let inGraph = try await graph.occurrences(of: ids).count
                let inProfiles = try await profiles.occurrences(of: ids).count
                return inGraph == ids.count && inProfiles == ids.count
            }
            await graph.close()
            await profiles.close()
            #expect(try RawClient(port: nextPort).request("GET", "/health/ready")?.status == 200)
            #expect(next.terminate() == 0)
        }

        @Test("of two servers on one folder one is frozen while it writes: the other is not ready, and names it")
        func ofTwoServersOnOneFolder() async throws {
            let directory = try TemporaryDirectory()
            // It is removed with its last use otherwise, under the servers.
            defer { withExtendedLifetime(directory) {} }
            let (frozen, frozenPort) = try Program.serve(directory.path, ["--no-workers"])
            let (other, port) = try Program.serve(directory.path, ["--no-workers"])
            let poster = Poster(threads: 4)
            poster.use(port: frozenPort)
            // A write waits for the lock for longer than a client of other tests.
            let client = try RawClient(port: port, timeout: 60)
            var ready: RawClient.Answer?
            // Between two transactions it holds no lock: another try then.
            for _ in 0..<100 {
                let before = poster.accepted
                try await eventually("events") { poster.accepted >= before + 20 }
                frozen.freeze()
                ready = client.request("GET", "/health/ready")
                if ready?.status != 200 { break }
                frozen.thaw()
            }
            #expect(ready?.status == 503)
            let holder = "process \(frozen.processID) (debias-events) holds \(directory.path)/queues.sqlite.lock"
            #expect(ready?.body.contains(holder) == true)
            #expect(ready?.body.contains("kill -CONT \(frozen.processID)") == true)
            let answer = try #require(client.request("POST", "/events", BadInputTests.valid))
            #expect(answer.status == 503)
            #expect(answer.body.contains(holder))

            frozen.thaw()
            try await eventually("it takes events again") {
                client.request("POST", "/events", BadInputTests.valid)?.status == 200
            }
            #expect(client.request("GET", "/health/ready")?.status == 200)
            _ = poster.stop()
            #expect(frozen.terminate() == 0)
            #expect(other.terminate() == 0)
        }

        @Test("no file of the data folder is open to other users, whoever made the folder")
        func noFileOfTheDataFolder() async throws {
            let directory = try TemporaryDirectory()
            // It is removed with its last use otherwise, under the servers.
            defer { withExtendedLifetime(directory) {} }
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path)
            let (server, port) = try Program.serve(directory.path)
            #expect(try RawClient(port: port).request("POST", "/events", BadInputTests.valid)?.status == 200)
            try await Audit.waitUntilQueuesAreEmpty(port: port)
            let files = try #require(FileManager.default.enumerator(atPath: directory.path))
            let names = files.compactMap { $0 as? String }
            #expect(names.count > 10)
            for name in names {
                // Files of a moment may be gone again.
                guard let attributes = try? FileManager.default.attributesOfItem(atPath: directory.file(name)) else {
                    continue
                }
                #expect((attributes[.posixPermissions] as? Int ?? 0) & 0o077 == 0, "\(name)")
            }
            #expect(server.terminate() == 0)
        }
    }
}
