import Foundation
import Gzip
import TestSupport
import Testing

/// What `serve` may use, and who may use it.
extension SystemTests {
    @Suite struct ServeLimitsTests {
        @Test("too few files for a command are told at its start, with what to do", arguments: [32, 64, 255])
        func tooFewFiles(limit: Int) throws {
            let directory = try TemporaryDirectory()
            for command in ["serve --port 0", "stats", "worker --queue neo4j"] {
                let (status, output) = try run(command, directory.path, descriptors: limit)
                #expect(status == 1, "\(command): \(output)")
                #expect(output.contains("may open \(limit) files and needs 256"), "\(command): \(output)")
                #expect(output.contains("ulimit -n"))
            }
        }

        @Test("as many files as a command says it needs are enough")
        func enoughFiles() throws {
            let directory = try TemporaryDirectory()
            let (status, output) = try run("stats", directory.path, descriptors: 256)
            #expect(status == 0, "\(output)")
            let script = "ulimit -n 256; exec \(Program.path) serve --port 0 --data-dir \(directory.path)"
            let server = try Program(script: script)
            let port = try server.port()
            var clients: [RawClient] = []
            for _ in 0..<250 {
                guard let client = try? RawClient(port: port, timeout: 2) else { break }
                client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
                clients.append(client)
            }
            #expect(clients.compactMap { $0.receive()?.status }.filter { $0 == 200 }.count >= 180)
            clients = []
            try #require(server.isRunning)
            #expect(server.terminate() == 0)
        }

        /// Runs a command to its end in a process that may open so many files.
        private func run(_ command: String, _ dataDirectory: String, descriptors: Int) throws -> (Int32, String) {
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = [
                "-c", "ulimit -n \(descriptors); exec \(Program.path) \(command) --data-dir \(dataDirectory) 2>&1",
            ]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            try process.run()
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: data, as: UTF8.self))
        }

        @Test("40 requests of 20 KB that inflate to 6 MB each use no more memory than the budget has")
        func inflatedBodies() async throws {
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--no-workers", "--memory-budget", "64MiB"])
            let event = BadInputTests.valid
            // 6 MB in 20 KB.
            let padded = event + String(repeating: " ", count: 600)
            let batch = "[" + Array(repeating: padded, count: 9_000).joined(separator: ",") + "]"
            let body = Gzip.compress(Array(batch.utf8))
            let head =
                "POST /events/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n"
            let before = server.residentBytes
            let clients = try (0..<40).map { _ in try RawClient(port: port, timeout: 60) }
            for client in clients { client.send(Array(head.utf8) + body) }
            var statuses: [Int: Int] = [:]
            for client in clients { statuses[client.receive()?.status ?? 0, default: 0] += 1 }
            #expect(Set(statuses.keys).isSubset(of: [200, 503]), "\(statuses)")
            #expect(statuses[200, default: 0] > 0, "\(statuses)")
            #expect(server.peakBytes - before < 128 << 20, "\(server.peakBytes) after \(before), \(statuses)")
            #expect(server.terminate() == 0)
        }

        @Test("a file of tokens opens dead letters, whatever white space is around them")
        func tokenFile() throws {
            let directory = try TemporaryDirectory()
            let file = directory.path + "/tokens"
            try "# operators\r\n  first \r\n\r\nsecond\r\n".write(toFile: file, atomically: true, encoding: .utf8)
            let (server, port) = try Program.serve(
                directory.path, ["--no-workers", "--api-tokens", " third\n,", "--api-token-file", file])
            let client = try RawClient(port: port)
            for (authorization, status) in [
                ("Bearer first", 200), ("bearer second", 200), ("BEARER third", 200), ("Bearer", 401),
                ("Bearer # operators", 401),
            ] {
                let answer = client.request("GET", "/dlq", headers: ["Authorization: \(authorization)"])
                #expect(answer?.status == status, "\(authorization)")
            }
            #expect(server.terminate() == 0)
            try "\n# none\n".write(toFile: file, atomically: true, encoding: .utf8)
            let (status, output) = try Program.run(
                ["serve", "--port", "0", "--data-dir", directory.path, "--api-token-file", file], readsErrors: true)
            #expect(status == 1)
            #expect(output.contains("\(file) holds no token"))
        }

        @Test(
            "a number of bytes has a unit, and the memory may not be too small",
            arguments: ["512", "1MiB", "x", "1TB", "9223372036854775807GiB"])
        func memoryBudgets(text: String) throws {
            let directory = try TemporaryDirectory()
            let (status, output) = try Program.run(
                ["serve", "--port", "0", "--data-dir", directory.path, "--memory-budget", text], readsErrors: true)
            #expect(status == 2)
            #expect(output.contains("--memory-budget"), "\(output)")
        }
    }
}
