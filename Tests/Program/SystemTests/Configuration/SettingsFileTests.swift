import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// Where a command finds its settings, and what `--print-config` says of them.
    @Suite struct SettingsFileTests {
        /// The options of `stats --print-config --json`, run in a folder.
        private func options(
            _ folder: TemporaryDirectory, _ flags: [String] = [], environment: [String: String] = [:]
        ) throws -> [String: [String: Any]] {
            let (status, output) = try Program.run(
                ["stats", "--print-config", "--json"] + flags, readsErrors: true, environment: environment,
                folder: folder.path)
            try #require(status == 0, "\(output)")
            let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
            let options = object?["options"] as? [[String: Any]] ?? []
            return Dictionary(uniqueKeysWithValues: options.map { ($0["option"] as? String ?? "", $0) })
        }

        private func write(_ text: String, _ path: String) throws {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        }

        @Test("A file in the working folder counts before one in the data folder, and one that is named before both")
        func order() throws {
            let folder = try TemporaryDirectory()
            try FileManager.default.createDirectory(
                atPath: folder.file("debias-data"), withIntermediateDirectories: false)
            #expect(try options(folder)["spool-limit"]?["source"] as? String == "default")

            try write(#"{"spool-limit": 1, "port": 0}"#, folder.file("debias-data/debias.json"))
            var found = try options(folder)["spool-limit"]
            #expect(found?["value"] as? String == "1")
            #expect(found?["place"] as? String == "debias-data/debias.json")

            // One file counts, not one for each option.
            try write(#"{"queue-max-length": 5}"#, folder.file("debias.json"))
            #expect(try options(folder)["spool-limit"]?["source"] as? String == "default")
            #expect(try options(folder)["queue-max-length"]?["place"] as? String == "./debias.json")

            try write(#"{"spool-limit": 3}"#, folder.file("named.json"))
            found = try options(folder, ["--config", "named.json"])["spool-limit"]
            #expect(found?["value"] as? String == "3")
            let named = ["DEBIAS_CONFIG": "named.json", "DEBIAS_SPOOL_LIMIT": "4"]
            found = try options(folder, environment: named)["spool-limit"]
            #expect(found?["value"] as? String == "4")
            #expect(found?["place"] as? String == "DEBIAS_SPOOL_LIMIT")
            found = try options(folder, ["--spool-limit", "5"], environment: named)["spool-limit"]
            #expect(found?["source"] as? String == "flag")
        }

        @Test("What serve is told by a file is true for the commands that look at its work")
        func sharedFile() throws {
            let folder = try TemporaryDirectory()
            try write(#"{"data-dir": "shop", "port": 0, "host": "127.0.0.1"}"#, folder.file("debias.json"))
            let server = try Program(["serve"], folder: folder.path)
            let port = try server.port()
            let event = #"{"user_id": 1, "product_id": 2, "event_type": "view", "user_session": "s"}"#
            #expect(try RawClient(port: port).request("POST", "/events", event)?.status == 200)
            #expect(server.terminate() == 0)
            let (status, output) = try Program.run(["stats", "--json"], folder: folder.path)
            #expect(status == 0)
            #expect(output == (try Program.run(["stats", "--json", "--data-dir", folder.file("shop")]).output))
            #expect(!FileManager.default.fileExists(atPath: folder.file("debias-data")))
        }

        @Test("A setting that no command has, or that confirms one run, is refused with what is meant")
        func mistakes() throws {
            let folder = try TemporaryDirectory()
            for (text, message) in [
                (#"{"spol-limit": 1}"#, "unknown setting 'spol-limit' in ./debias.json; did you mean 'spool-limit'?"),
                (#"{"yes": true}"#, "'yes' in ./debias.json is a matter of the command line alone: --yes"),
                ("{", "./debias.json is not JSON"),
                (#"{"spool-limit": -1}"#, "--spool-limit must be 0 or more"),
            ] {
                try write(text, folder.file("debias.json"))
                let (status, output) = try Program.run(["stats"], readsErrors: true, folder: folder.path)
                #expect(status == 2)
                #expect(output.contains(message), "\(output)")
            }
            try FileManager.default.removeItem(atPath: folder.file("debias.json"))
            try FileManager.default.createDirectory(atPath: folder.file("d"), withIntermediateDirectories: false)
            try write(#"{"data-dir": "elsewhere"}"#, folder.file("d/debias.json"))
            let (status, output) = try Program.run(
                ["stats", "--data-dir", "d"], readsErrors: true, folder: folder.path)
            #expect(status == 2)
            #expect(output.contains("cannot say where that is"))
        }

        @Test("A file that others could have put there is not believed until it is named")
        func ownership() throws {
            let folder = try TemporaryDirectory()
            try write(#"{"spool-limit": 9}"#, folder.file("debias.json"))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o666], ofItemAtPath: folder.file("debias.json"))
            let (status, output) = try Program.run(["stats"], readsErrors: true, folder: folder.path)
            #expect(status == 2)
            #expect(output.contains("pass --config ./debias.json if you trust it"), "\(output)")
            #expect(try options(folder, ["--config", "debias.json"])["spool-limit"]?["value"] as? String == "9")
        }

        @Test("The listing hides passwords and keys, and shows where an address leads")
        func secrets() throws {
            let folder = try TemporaryDirectory()
            let environment = [
                "RABBITMQ_URL": "amqp://shop:hunter2@rabbit.example:5672/events", "NEO4J_PASSWORD": "hunter2",
            ]
            let (status, output) = try Program.run(
                ["serve", "--print-config"], readsErrors: true, environment: environment, folder: folder.path)
            #expect(status == 0)
            #expect(output.contains("rabbit.example"))
            #expect(output.contains("environment RABBITMQ_URL"))
            #expect(output.contains("***  "), "\(output)")
            #expect(!output.contains("hunter2"))
            #expect(try options(folder, environment: environment)["neo4j-password"]?["value"] as? String == "***")
        }
    }
}
