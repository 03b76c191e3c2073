import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `backup` of a data folder in use, and `restore` into another one.
    @Suite struct BackupTests {
        private func files(in folder: String) -> Set<String> {
            let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
            return Set(names)
        }

        @Test("what was accepted before a backup under load began is there once after a restore, though all was killed")
        func underLoad() async throws {
            let directory = try TemporaryDirectory()
            defer { withExtendedLifetime(directory) {} }
            let data = directory.file("data")
            let (server, port) = try Program.serve(data, ["--workers", "neo4j=2,qdrant=1"])
            let worker = try Program(["worker", "--queue", "neo4j", "--data-dir", data])
            let poster = Poster(threads: 4)
            poster.use(port: port)
            try await eventually("events") { poster.accepted >= 500 }
            var before: [Poster.Account] = []
            for round in 1...3 {
                before.append(poster.snapshot())
                let (status, output) = try Program.run(
                    ["backup", directory.file("backup\(round)"), "--data-dir", data], readsErrors: true)
                #expect(status == 0, "\(output)")
            }
            server.kill()
            worker.kill()
            poster.use(port: nil)
            let all = poster.stop()

            for (round, early) in zip(1..., before) {
                let restored = directory.file("restored\(round)")
                let (status, output) = try Program.run(
                    ["restore", directory.file("backup\(round)"), "--data-dir", restored, "--json"], readsErrors: true)
                #expect(status == 0, "\(output)")
                let (next, nextPort) = try Program.serve(restored)
                try await Audit.waitUntilQueuesAreEmpty(port: nextPort)
                #expect(next.terminate() == 0)
                var account = all
                account.accepted = early.accepted
                #expect(account.accepted.count >= 500)
                try await Audit.check(restored, account)
            }
        }

        @Test("a restore takes all that a backup has, and nothing writes over a folder or another backup")
        func emptyFolderOnly() async throws {
            let directory = try TemporaryDirectory()
            defer { withExtendedLifetime(directory) {} }
            let data = directory.file("data")
            let (server, port) = try Program.serve(data)
            #expect(try RawClient(port: port).request("POST", "/events", BadInputTests.valid)?.status == 200)
            try await Audit.waitUntilQueuesAreEmpty(port: port)
            #expect(server.terminate() == 0)
            for (folder, name) in [("archive", "letters-1.ndjson.gz"), ("replays", "1.ndjson")] {
                try FileManager.default.createDirectory(
                    atPath: "\(data)/\(folder)", withIntermediateDirectories: true)
                try Data("kept".utf8).write(to: URL(filePath: "\(data)/\(folder)/\(name)"))
            }
            try Data(#"{"spool-limit": 7}"#.utf8).write(to: URL(filePath: "\(data)/debias.json"))
            let backup = directory.file("backups/first")
            #expect(try Program.run(["backup", backup, "--data-dir", data]).status == 0)
            #expect(
                files(in: backup).isSuperset(of: [
                    "backup.json", "queues.sqlite", "graph.sqlite", "profiles.sqlite", "debias.json",
                    "archive/letters-1.ndjson.gz", "replays/1.ndjson",
                ]))
            let again = try Program.run(["backup", backup, "--data-dir", data], readsErrors: true)
            #expect(again.status == 1)
            #expect(again.output.contains("exists already"))

            let full = try Program.run(["restore", backup, "--data-dir", data], readsErrors: true)
            #expect(full.status == 1)
            #expect(full.output.contains("is not empty"), "\(full.output)")

            let restored = directory.file("restored")
            #expect(try Program.run(["restore", backup, "--data-dir", restored]).status == 0)
            let statistics = try Program.statistics(restored)
            #expect(statistics["interactions"] as? Int == 1, "\(statistics)")
            #expect(try Data(contentsOf: URL(filePath: restored + "/replays/1.ndjson")) == Data("kept".utf8))
        }

        @Test("a restore that was broken off keeps the folder from use, and another one begins anew")
        func brokenOff() async throws {
            let directory = try TemporaryDirectory()
            defer { withExtendedLifetime(directory) {} }
            let data = directory.file("data")
            #expect(try Program.run(["stats", "--data-dir", data]).status == 0)
            let backup = directory.file("backup")
            #expect(try Program.run(["backup", backup, "--data-dir", data]).status == 0)

            // As a kill between two files leaves it.
            let restored = directory.file("restored")
            try FileManager.default.createDirectory(
                atPath: restored + "/.restoring", withIntermediateDirectories: true)
            try Data("half".utf8).write(to: URL(filePath: restored + "/graph.sqlite"))
            let (status, output) = try Program.run(["stats", "--data-dir", restored], readsErrors: true)
            #expect(status == 1)
            #expect(output.contains("restore into it again"), "\(output)")
            #expect(try Program.run(["restore", backup, "--data-dir", restored]).status == 0)
            #expect(try Program.run(["stats", "--data-dir", restored]).status == 0)
            #expect(!files(in: restored).contains(".restoring"))
        }

        @Test("a backup that was damaged, that is none, or that a later release made, is refused with the reason")
        func refused() async throws {
            let directory = try TemporaryDirectory()
            defer { withExtendedLifetime(directory) {} }
            let data = directory.file("data")
            #expect(try Program.run(["stats", "--data-dir", data]).status == 0)
            let backup = directory.file("backup")
            #expect(try Program.run(["backup", backup, "--data-dir", data]).status == 0)
            func reason() throws -> String {
                let (status, output) = try Program.run(
                    ["restore", backup, "--data-dir", directory.file("restored")], readsErrors: true)
                #expect(status == 1)
                #expect(try Program.run(["stats", "--data-dir", directory.file("restored")]).status == 1)
                try FileManager.default.removeItem(atPath: directory.file("restored"))
                return output
            }
            let graph = URL(filePath: backup + "/graph.sqlite")
            let whole = try Data(contentsOf: graph)
            var damaged = whole
            damaged[5_000] ^= 1
            try damaged.write(to: graph)
            #expect(try reason().contains("graph.sqlite is not as it was backed up"))
            try FileManager.default.removeItem(at: graph)
            #expect(try reason().contains("graph.sqlite is missing"))
            try whole.write(to: graph)

            let manifest = URL(filePath: backup + "/backup.json")
            let text = try String(contentsOf: manifest, encoding: .utf8)
            for (written, message) in [
                (text.replacing(#""format":1"#, with: #""format":2"#), "upgrade debias-events"),
                (text.replacing("graph.sqlite", with: "../graph.sqlite"), "cannot be in a data folder"),
                ("{}", "not the list of a backup's files"),
            ] {
                try written.write(to: manifest, atomically: false, encoding: .utf8)
                let (status, output) = try Program.run(
                    ["restore", backup, "--data-dir", directory.file("new")], readsErrors: true)
                #expect(status == 1)
                #expect(output.contains(message), "\(output)")
                #expect(!FileManager.default.fileExists(atPath: directory.file("new")))
            }
            try FileManager.default.removeItem(at: manifest)
            let none = try Program.run(["restore", backup, "--data-dir", directory.file("new")], readsErrors: true)
            #expect(none.status == 1)
            #expect(none.output.contains("is not a backup"))
        }

        @Test(
            "a file of the data folder that a later release has written is refused, named, and left as it was",
            arguments: ["queues.sqlite", "graph.sqlite", "profiles.sqlite", "spool/queues.sqlite"])
        func laterRelease(file: String) async throws {
            let directory = try TemporaryDirectory()
            defer { withExtendedLifetime(directory) {} }
            let spool = ["--broker", "amqp://guest:guest@127.0.0.1:9", "--data-dir", directory.path]
            let embedded = ["--data-dir", directory.path]
            let flags = file.hasPrefix("spool") ? spool : embedded
            if file.hasPrefix("spool") {
                let (server, _) = try Program.serve(directory.path, ["--broker", "amqp://guest:guest@127.0.0.1:9"])
                #expect(server.terminate() == 0)
            } else {
                #expect(try Program.run(["stats"] + flags).status == 0)
            }
            let path = directory.file(file)
            let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA user_version=99')"
            _ = try await HelperProcess.python(script, [path])
            let before = try Data(contentsOf: URL(filePath: path))
            let (status, output) = try Program.run(["stats"] + flags, readsErrors: true)
            #expect(status == 1)
            #expect(output.contains("a newer version of this program wrote the database (schema 99"), "\(output)")
            #expect(output.contains("upgrade this program") && output.contains(file), "\(output)")
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
        }
    }
}
