import Events
import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `load-test` against a running server, and `verify` with its ledger.
    @Suite struct LoadTestCommandTests {
        private let directory: TemporaryDirectory
        private let data: String
        private let ledger: String

        init() throws {
            directory = try TemporaryDirectory()
            data = directory.file("data")
            ledger = directory.file("ledger.ndjson")
        }

        private func flags(_ port: UInt16, _ more: [String]) -> [String] {
            ["load-test", "--url", "http://127.0.0.1:\(port)", "--data-dir", data, "--json"] + more
        }

        private func load(_ port: UInt16, _ more: String...) throws -> (status: Int32, report: [String: Any]) {
            let (status, output) = try Program.run(flags(port, more))
            return (status, try #require(Self.object(output), "\(output)"))
        }

        private static func object(_ output: String) -> [String: Any]? {
            try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
        }

        private func events(_ report: [String: Any]) -> [String: Any] { report["events"] as? [String: Any] ?? [:] }

        private func verify() throws -> (status: Int32, report: [String: Any]) {
            let (status, output) = try Program.run(["verify", "--ledger", ledger, "--data-dir", data, "--json"])
            return (status, try #require(Self.object(output), "\(output)"))
        }

        /// Runs SQL on a file of the data folder, without the program that is tested.
        private func sql(_ file: String, _ statement: String) throws -> [String] {
            let script = """
                import sqlite3, sys
                connection = sqlite3.connect(sys.argv[1], timeout=20)
                for row in connection.execute(sys.argv[2]): print(*row)
                connection.commit()
                """
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["python3", "-c", script, "\(data)/\(file)", statement]
            process.standardOutput = output
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
            return text.split(separator: "\n").map(String.init)
        }

        @Test("reports what is sent, stored and measured as an outside count has it")
        func report() throws {
            let (server, port) = try Program.serve(data)
            defer { server.kill() }
            let (status, report) = try load(
                port, "--events", "3000", "--duplicates", "5", "--concurrency", "16", "--seed", "7", "--ledger", ledger)
            #expect(status == 0, "\(report)")
            let events = events(report)
            let again = try #require(events["repetitions"] as? Int)
            #expect((90...210).contains(again))
            #expect(events["sent"] as? Int == 3_000)
            #expect(events["accepted"] as? Int == 3_000)
            #expect(events["measured"] as? Int == 2_700)
            #expect(report["stored"] as? Int == 3_000 - again)
            #expect(report["lost"] as? Int == 0)
            #expect(report["doubled"] as? Int == 0)
            #expect(report["seed"] as? Int == 7)
            let words = "--events 3000 --concurrency 16 --duplicates 5.0 --seed 7"
            #expect((report["command"] as? String)?.contains(words) == true)
            for name in ["latency", "latency_raw"] {
                let latency = report[name] as? [String: Int] ?? [:]
                #expect(latency["count"] == 2_700)
                #expect(latency["p50_microseconds"] ?? 0 > 0)
                #expect(latency["p50_microseconds"] ?? 0 <= latency["max_microseconds"] ?? 0)
            }
            for (file, store) in [("graph.sqlite", "graph"), ("profiles.sqlite", "vectors")] {
                #expect(try sql(file, "SELECT count(*) FROM interactions") == ["\(3_000 - again)"])
                let age = (report["age"] as? [String: Any])?[store] as? [String: Any]
                #expect(age?["count"] as? Int ?? 0 >= 3_000 - again, "\(report["age"] ?? "")")
            }
            #expect(try verify().status == 0)
        }

        @Test("verify fails when three relationships were deleted, and names just these")
        func deleted() throws {
            let (server, port) = try Program.serve(data)
            #expect(try load(port, "--events", "1000", "--batch", "50", "--ledger", ledger).status == 0)
            #expect(server.terminate() == 0)
            let chosen = """
                WHERE (id_high, id_low) IN
                    (SELECT id_high, id_low FROM interactions ORDER BY time, id_high, id_low LIMIT 3)
                """
            // Signed numbers that sort as ids do.
            let columns = try sql("graph.sqlite", "SELECT id_high, id_low FROM interactions \(chosen)")
            let ids = columns.map { row in
                let words = row.split(separator: " ").map { UInt64(bitPattern: Int64($0) ?? 0) ^ 1 << 63 }
                return EventID(high: words[0], low: words[1]).description
            }
            _ = try sql("graph.sqlite", "DELETE FROM interactions \(chosen)")
            let (status, report) = try verify()
            #expect(status == 1)
            let missing = (report["graph"] as? [String: Any])?["missing"] as? [String] ?? []
            #expect(Set(missing) == Set(ids))
            #expect(ids.count == 3)
            // The store's totals, which count them still, make nothing unexpected of them.
            #expect((report["graph"] as? [String: Any])?["unexpected"] as? Int == 0)
            #expect((report["vectors"] as? [String: Any])?["stored"] as? Int == 1_000)
        }

        @Test("verify fails when a store has got an event that nobody sent, unless others post as well")
        func unexpected() throws {
            let (server, port) = try Program.serve(data)
            defer { server.kill() }
            #expect(try load(port, "--events", "200", "--ledger", ledger).status == 0)
            let answer = try RawClient(port: port).request(
                "POST", "/events", #"{"user_id":1,"product_id":1,"event_type":"view","user_session":"s"}"#)
            #expect(answer?.status == 200)
            for _ in 0..<100 {
                if try sql("profiles.sqlite", "SELECT count(*) FROM interactions") == ["201"] { break }
                Thread.sleep(forTimeInterval: 0.1)
            }
            let (status, report) = try verify()
            #expect(status == 1)
            #expect((report["vectors"] as? [String: Any])?["unexpected"] as? Int == 1)
            let (shared, _) = try Program.run(["verify", "--ledger", ledger, "--data-dir", data, "--shared"])
            #expect(shared == 0)
        }

        @Test("events of a user who was erased since are told apart from lost ones")
        func erased() throws {
            let (server, port) = try Program.serve(data)
            defer { server.kill() }
            #expect(try load(port, "--events", "500", "--ledger", ledger).status == 0)
            let row = try #require(
                try sql(
                    "graph.sqlite",
                    "SELECT user_id, count(*) FROM interactions GROUP BY user_id ORDER BY count(*) DESC LIMIT 1"
                ).first)
            let numbers = row.split(separator: " ").map(String.init)
            let erasing = ["user", "erase", numbers[0], "--yes", "--data-dir", data]
            #expect(try Program.run(erasing).status == 0)
            let (status, report) = try verify()
            #expect(status == 0, "\(report)")
            for store in ["graph", "vectors"] {
                let part = report[store] as? [String: Any] ?? [:]
                #expect((part["erased"] as? [String])?.count == Int(numbers[1]))
                #expect((part["missing"] as? [String])?.isEmpty == true)
            }
        }

        @Test("refused events are counted by status, and a test in which nothing is accepted fails")
        func refused() throws {
            let (server, port) = try Program.serve(
                data, environment: ["DEBIAS_API_TOKENS": "ingest:0123456789abcdef0123456789abcdef"])
            defer { server.kill() }
            let (status, report) = try load(port, "--events", "50", "--settle", "5s")
            #expect(status == 1)
            #expect(events(report)["refused_by_status"] as? [String: Int] == ["401": 50])
            #expect(events(report)["accepted"] as? Int == 0)
            #expect((report["failure"] as? String)?.hasPrefix("no event was accepted") == true)
            let (good, with) = try load(
                port, "--events", "50", "--token", "0123456789abcdef0123456789abcdef")
            #expect(good == 0, "\(with)")
            #expect(!"\(with)".contains("0123456789abcdef"))
        }

        @Test("without a server, or without its data folder, tells what to start and what to name")
        func absent() throws {
            let (status, output) = try Program.run(
                ["load-test", "--url", "http://127.0.0.1:9", "--data-dir", data], readsErrors: true)
            #expect(status == 1)
            #expect(output.contains("nothing answers at http://127.0.0.1:9"))
            #expect(output.contains("start a server with `debias-events serve`"))
            let (server, port) = try Program.serve(data)
            defer { server.kill() }
            let (other, text) = try Program.run(
                ["load-test", "--url", "http://127.0.0.1:\(port)", "--data-dir", data + "-of-nobody"], readsErrors: true
            )
            #expect(other == 1)
            #expect(text.contains("there is no data folder"))
            #expect(!FileManager.default.fileExists(atPath: data + "-of-nobody"))
            try "".write(toFile: ledger, atomically: true, encoding: .utf8)
            let (third, words) = try Program.run(
                flags(port, ["--events", "1", "--ledger", ledger]), readsErrors: true)
            #expect(third == 1)
            #expect(words.contains("exists already"))
        }

        @Test("a signal ends sending, and what was sent is checked and told")
        func stopped() throws {
            let (server, port) = try Program.serve(data)
            defer { server.kill() }
            let program = try Program(flags(port, ["--duration", "60s", "--rate", "200", "--ledger", ledger]))
            try waitForLedger(lines: 200)
            #expect(program.terminate() == 0)
            let report = try #require(Self.object(program.remainingOutput()))
            let sent = try #require(events(report)["sent"] as? Int)
            #expect((100..<12_000).contains(sent))
            #expect(events(report)["offered"] as? Int == 12_000)
            #expect(events(report)["dropped"] as? Int == 12_000 - sent)
            #expect(report["stored"] as? Int == sent)
            #expect(try verify().status == 0)
        }

        @Test("the ledger of a killed load test is read by verify, and what had no answer yet is no loss")
        func killed() throws {
            let (server, port) = try Program.serve(data)
            defer { server.kill() }
            let program = try Program(flags(port, ["--duration", "60s", "--ledger", ledger]))
            try waitForLedger(lines: 1_000)
            program.kill()
            #expect(server.terminate() == 0)
            let (again, _) = try Program.serve(data)
            defer { again.kill() }
            var last: (status: Int32, report: [String: Any]) = (1, [:])
            for _ in 0..<100 where last.status != 0 {
                last = try verify()
                Thread.sleep(forTimeInterval: 0.1)
            }
            #expect(last.status == 0, "\(last.report)")
            #expect(last.report["accepted"] as? Int ?? 0 > 100)
        }

        @Test("a killed server that comes back costs answers, and no event")
        func serverKilled() throws {
            let (server, port) = try Program.serve(data)
            let program = try Program(
                flags(port, ["--events", "4000", "--rate", "1000", "--duplicates", "3", "--ledger", ledger]))
            try waitForLedger(lines: 1_000)
            server.kill()
            let again = try Program(
                ["serve", "--host", "127.0.0.1", "--port", "\(port)", "--data-dir", data])
            defer { again.kill() }
            _ = try again.port()
            let report = try #require(Self.object(program.remainingOutput()))
            #expect(report["status"] as? String == "good", "\(report)")
            #expect(events(report)["sent"] as? Int == 4_000)
            #expect(report["lost"] as? Int == 0)
            #expect(report["doubled"] as? Int == 0)
        }

        @Test("real events are replayed with their content")
        func replay() throws {
            let (server, port) = try Program.serve(data)
            defer { server.kill() }
            let file = directory.file("events.csv")
            let rows = (0..<300).map { "\(1_700_000_000 + $0),\($0 % 20 + 1),\($0 % 7 + 1),view" }
            try ("timestamp,visitorid,itemid,event\n" + rows.joined(separator: "\n") + "\n")
                .write(toFile: file, atomically: true, encoding: .utf8)
            let (status, report) = try load(port, "--replay", file, "--speed", "300", "--batch", "10")
            #expect(status == 0, "\(report)")
            #expect(report["stored"] as? Int == 300)
            #expect(
                try sql("graph.sqlite", "SELECT count(DISTINCT user_id), min(time), max(time) FROM interactions")
                    == ["20 1700000000000000 1700000299000000"])
        }

        @Test("options that exclude each other, or are out of bounds, are wrong usage")
        func usage() throws {
            for words in [
                "--events 1 --duration 1s", "--events 0", "--duration 0s", "--rate 0", "--concurrency 0",
                "--batch 10001",
                "--duplicates 91", "--speed 2", "--replay x --speed 2 --rate 3", "--timeout 1ms", "--url ftp://x",
            ] {
                let (status, output) = try Program.run(
                    ["load-test"] + words.split(separator: " ").map(String.init), readsErrors: true)
                #expect(status == 2, "\(words): \(output)")
            }
        }

        private func waitForLedger(lines: Int) throws {
            for _ in 0..<400 {
                let text = (try? String(contentsOfFile: ledger, encoding: .utf8)) ?? ""
                if text.count(where: { $0 == "\n" }) >= lines { return }
                Thread.sleep(forTimeInterval: 0.05)
            }
            Issue.record("the load test has not written \(lines) lines")
        }
    }
}
