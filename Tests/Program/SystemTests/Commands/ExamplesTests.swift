import Embedded
import Events
import Foundation
import Gzip
import Messaging
import TestSupport
import Testing

extension SystemTests {
    /// Every example in the help of a command and every command line in the documentation, run as it is written.
    @Suite struct ExamplesTests {
        @Test("the examples in the help of every command can be run")
        func help() async throws {
            let examples = try Self.commands(below: []).flatMap { try Self.examples(in: Self.help(of: $0)) }
            #expect(examples.count >= 20, "\(examples)")
            try await run(examples)
        }

        @Test("the command lines in the documentation can be run")
        func documentation() async throws {
            let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../..").standardized
            let docs = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "docs").path)
            let pages = ["README.md"] + docs.filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }.sorted()
            let lines = try pages.flatMap { page in
                Self.commandLines(in: try String(contentsOf: root.appending(path: page), encoding: .utf8))
            }
            #expect(lines.count >= 15, "\(lines)")
            try await run(lines)
        }

        private func run(_ lines: [String]) async throws {
            for line in Set(lines).sorted() {
                let workshop = try await Workshop()
                let command = try await workshop.command(of: line)
                let (status, output) = try workshop.run(command)
                #expect(status == 0, "\(line)\nwas run as: \(command)\nand printed:\n\(output)")
            }
        }

        // MARK: Finding examples

        private static func help(of path: [String]) throws -> String {
            try Program.run(path + ["--help"]).output
        }

        /// The commands of a group and all below, the group first.
        private static func commands(below path: [String]) throws -> [[String]] {
            let names = section("Commands:", of: try help(of: path))
                .compactMap { $0.hasPrefix("  ") && !$0.hasPrefix("   ") ? $0.split(separator: " ").first : nil }
                .map(String.init).filter { !["help", "completion"].contains($0) }
            return try [path] + names.flatMap { try commands(below: path + [$0]) }
        }

        private static func examples(in help: String) -> [String] {
            section("Examples:", of: help).filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }

        /// The lines from a title to the next empty line.
        private static func section(_ title: String, of help: String) -> [String] {
            Array(help.components(separatedBy: "\n").drop { $0 != title }.dropFirst().prefix { !$0.isEmpty })
        }

        /// The lines of code blocks that run the program, without comments; a backslash at the end continues a line.
        private static func commandLines(in page: String) -> [String] {
            page.replacingOccurrences(of: "\\\n", with: " ").components(separatedBy: "\n")
                .filter { $0.hasPrefix("    ") }
                .map { ($0.components(separatedBy: " # ").first ?? "").trimmingCharacters(in: .whitespaces) }
                .filter { $0.hasPrefix("debias-events ") || $0.contains("| debias-events ") }
        }
    }
}

/// A folder with everything that the examples speak of: files of events, a ledger, a certificate, dead letters.
private final class Workshop {
    /// What stands in an example for a thing of the reader's own, and is to be put in its place.
    private static let ids = ["3f2a9c81d0be", "ID"]
    private static let groups = ["9c41d64e2d48c5fe"]
    /// How long what serves until it is stopped is let run.
    private static let servingSeconds = 5

    private let directory = try? TemporaryDirectory()
    private let folder: String
    private var nodes: [RabbitMQNode] = []
    private var server: Program?

    init() async throws {
        folder = try #require(directory).path
        try await makeFiles()
        try await makeLetters()
    }

    deinit {
        server?.kill()
    }

    /// The example with what the reader would put in, ready for a shell.
    func command(of line: String) async throws -> String {
        var words = line.replacingOccurrences(of: "/var/lib/debias", with: "var-lib-debias")
            .replacingOccurrences(of: "https://alerts.example/hook", with: "http://127.0.0.1:9/")
            .replacingOccurrences(of: "--webhook URL", with: "--webhook http://127.0.0.1:9/")
            .replacingOccurrences(of: "--port 8000", with: "--port 0")
            .replacingOccurrences(of: "--health-port 8081", with: "--health-port 0")
        for local in ["amqp://guest:guest@localhost:5672", "amqp://guest:guest@localhost"] where words.contains(local) {
            let node = try await RabbitMQNode.start()
            nodes.append(node)
            words = words.replacingOccurrences(of: local, with: node.addresses.amqp)
        }
        for local in ["bolt://localhost:7687", "bolt://localhost"] where words.contains(local) {
            let addresses = try await Neo4jNode.shared().addresses
            let login = "bolt://\(addresses.user):\(addresses.password)@"
            words = words.replacingOccurrences(of: local, with: addresses.bolt.replacing("bolt://", with: login))
        }
        if words.contains(" dlq ") { words = try withLetter(words) }
        if words.contains(" dlq import") {
            let files =
                "dlq export letters.ndjson && mkdir -p debias-data/archive"
                + " && gzip -c letters.ndjson > debias-data/archive/letters.ndjson.gz && "
            words = "debias-events " + files + words
        }
        if words.contains(" restore backups/monday") { words = "debias-events backup backups/monday && " + words }
        if words.contains(" topology check") {
            words = words.replacingOccurrences(of: " check", with: " declare") + " && " + words
        }
        if words.split(separator: " ").dropFirst().first == "top" { words = try watching(words) }
        if words.split(separator: " ").dropFirst().first == "load-test" { words = try loading(words) }
        if words.contains(" health --url") { words = try probing(words) }
        if words.contains(" verify --compare-paths") { try await sendBothWays() }
        // The dead letters of this folder are a warning, which --strict counts.
        if words.hasPrefix("debias-events doctor") { words += " --data-dir fresh" }
        let serving = ["debias-events serve", "debias-events worker", "debias-events dlq watch"]
        for command in serving where words.hasPrefix(command) && !words.contains("--once") {
            // In the foreground: otherwise the signal comes twice, once by the group, and the second one ends at once.
            words = "timeout --foreground --preserve-status \(Self.servingSeconds) " + words
        }
        return words
    }

    /// Sends an event both ways, so that there is something to compare.
    private func sendBothWays() async throws {
        let (program, port) = try Program.serve(folder + "/debias-data", ["--mode", "parallel"])
        server = program
        let event = #"{"user_id":1,"product_id":2,"event_type":"view","user_session":"s"}"#
        try #require(RawClient(port: port).request("POST", "/events", event)?.status == 200)
        try await eventually("the event has come both ways", within: .seconds(60)) {
            try self.run("debias-events verify --compare-paths").status == 0
        }
    }

    /// Has `top` look at a server that runs beside, once: it goes on until it is stopped.
    private func watching(_ line: String) throws -> String {
        let (program, port) = try Program.serve(folder + "/debias-data")
        server = program
        let url = "http://127.0.0.1:\(port)"
        let words = line.replacingOccurrences(of: "https://events.shop.example", with: url)
        return words + (words.contains("--url") ? "" : " --url \(url)") + (words.contains("--once") ? "" : " --once")
    }

    /// Has a load test send little, to a server that runs beside.
    private func loading(_ line: String) throws -> String {
        let (program, port) = try Program.serve(folder + "/debias-data")
        server = program
        let (url, flags) = ("http://127.0.0.1:\(port)", ["--events 100000", "--duration 60s", "--duration 1h"])
        let words = flags.reduce(line) { $0.replacingOccurrences(of: $1, with: "--events 300") }
            .replacingOccurrences(of: "--speed 60 ", with: "--speed 100000 ")
        return words + (words.contains("--url") ? "" : " --url \(url)") + " --shared"
    }

    /// Has `health` ask a server that runs beside.
    private func probing(_ line: String) throws -> String {
        let (program, port) = try Program.serve(folder + "/debias-data")
        server = program
        return line.replacing("127.0.0.1:8000", with: "127.0.0.1:\(port)")
            .replacing("127.0.0.1:8081", with: "127.0.0.1:\(port)")
    }

    /// Runs a command line in the folder; what it asks is answered with yes.
    func run(_ command: String) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = URL(filePath: folder)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        process.environment = ["PATH": "\(folder)/bin:\(path)", "DEBIAS_PORT": "0", "HOME": folder]
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: folder + "/answers"))
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    // MARK: Letters

    /// Puts a letter's id and group in; letters are sent to workers, which run beside.
    private func withLetter(_ line: String) throws -> String {
        let (_, output) = try run("debias-events dlq list --json --class rejected")
        let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
        let letter = try #require((object?["letters"] as? [[String: Any]])?.first, "\(output)")
        var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        for index in words.indices {
            if Self.ids.contains(words[index]) { words[index] = letter["id"] as? String ?? "" }
            if Self.groups.contains(words[index]) { words[index] = letter["group"] as? String ?? "" }
        }
        if line.contains("replay") { server = try Program.serve(folder + "/debias-data").0 }
        return words.joined(separator: " ")
    }

    private func makeLetters() async throws {
        let broker = try await EmbeddedBroker.open(directory: folder + "/debias-data")
        try await broker.declare(PipelineTopology.topology())
        let publications = [DeadLetterReason.rejected, .malformed].map { reason in
            let isWhole = reason == .rejected
            let body = """
                {"user_id":1,"product_id":2,"event_type":"view","user_session":"s","event_time":"2026-10-01T00:00:00Z",\
                "price":1.5}
                """
            var message = Message(
                body: Array((isWhole ? body : "{").utf8),
                properties: MessageProperties(messageID: "01999999-0000-7000-8000-00000000000\(isWhole ? 1 : 2)"))
            DeadLetterHeaders(
                queue: PipelineTopology.graphQueue, reason: reason, error: "no such thing", attempts: 1,
                firstFailedAt: 1_790_000_000_000_000, lastFailedAt: 1_790_000_000_000_000, worker: "w"
            ).write(to: &message.properties.headers)
            return Publication(
                exchange: PipelineTopology.deadLetterExchange, routingKey: PipelineTopology.routingKey, message: message
            )
        }
        let outcomes = try await broker.makePublisher().publish(publications)
        try #require(outcomes == [.confirmed, .confirmed])
        await broker.close()
    }

    // MARK: Files

    private func makeFiles() async throws {
        try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/bin/debias-events", withDestinationPath: Program.path)
        for (name, text) in Self.texts { try write(Array(text.utf8), name) }
        for (name, text) in Self.compressedTexts { try write(Gzip.compress(Array(text.utf8)), name) }
        let certificates = try await Certificates.shared()
        try install(certificates.server)
    }

    private func install(_ identity: Certificates.Identity) throws {
        try FileManager.default.copyItem(atPath: identity.certificate, toPath: folder + "/chain.pem")
        try FileManager.default.copyItem(atPath: identity.key, toPath: folder + "/key.pem")
    }

    private func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
    }

    private static let rees46 = """
        event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
        2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde
        2019-10-01 00:00:01 UTC,view,3900821,2053013552326770905,appliances.kettle,aqua,33.20,554748717,9333dfbd
        2019-10-01 00:00:02 UTC,view,44600063,2103807459595387724,,shiseido,35.79,541312140,72d76fde
        2019-10-01 00:00:03 UTC,view,44600062,2103807459595387724,,shiseido,35.79,554748717,9333dfbd
        2019-10-01 00:00:04 UTC,view,44600063,2103807459595387724,,shiseido,35.79,554748717,9333dfbd

        """

    private static let texts = [
        "answers": "y\n",
        "events.csv": "timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n",
        "UserBehavior.csv": [1, 2, 3, 4, 5].map { "1,\($0),2520377,pv,\(1_511_544_070 + $0)\n" }.joined(),
        "visits.csv": "kunde;artikel;time\n1;2;1511544070\n",
        "accepted.ndjson": "", "FILE": "",
        // The key of RFC 7515, appendix A.3.
        "keys.json": #"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
            + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
        "catalogue.ndjson": #"{"product_id": 1, "vector": [0.6, 0.8]}"# + "\n",
        "event.json": #"{"user_id":1,"product_id":2,"event_type":"view","user_session":"s","event_time":"2026-10-01"#
            + #" 00:00:00"}"#,
        "train.jsonl": #"{"session": 42, "events": [{"aid": 7, "ts": 1661200010000, "type": "clicks"}]}"# + "\n",
        "yoochoose-clicks.dat": "1,2014-04-07T10:51:09.277Z,214536502,0\n",
        "yoochoose-buys.dat": "420374,2014-04-06T18:44:58.314Z,214537888,12462,1\n",
        "train-item-views.csv": "sessionId;userId;itemId;timeframe;eventdate\n1;NA;81766;526309;2016-05-09\n",
        "train-purchases.csv":
            "sessionId;userId;timeframe;eventdate;ordernumber;itemId\n150;18278;17100868;2016-05-06;16421;25911\n",
    ]

    private static let compressedTexts = [
        "2019-Oct.csv.gz": rees46,
        "events.ndjson.gz": #"{"user_id":1,"product_id":2,"event_type":"view","user_session":"s"}"# + "\n",
        "ga4.ndjson.gz":
            #"{"event_timestamp":"1612069510766593","event_name":"view_item","user_pseudo_id":"1026454.42","#
            + #""items":[{"item_id":"GGOEGAAX0568","price":12.5,"quantity":"2"}]}"# + "\n",
    ]
}
