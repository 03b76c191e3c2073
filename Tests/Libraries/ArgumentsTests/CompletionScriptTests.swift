import Arguments
import Foundation
import Testing

@Suite("A completion script")
struct CompletionScriptTests {
    private let parser = CommandParser.shop()

    @Test("is what the completion command answers with", arguments: Shell.allCases)
    func command(shell: Shell) throws {
        guard case .completionScript(let script) = try parser.parse(["completion", shell.rawValue]) else {
            throw NotThatCommand()
        }
        #expect(script == parser.completionScript(for: shell))
        #expect(!script.contains("secretive"))
        #expect(!script.contains("--key"))
    }

    @Test("is sound in the eyes of its shell", arguments: Shell.allCases.filter { ShellProgram($0) != nil })
    func syntax(shell: Shell) throws {
        let program = try #require(ShellProgram(shell))
        for parser in [parser, CommandParser(Awkward.self)] {
            #expect(try program.run(["-n"], script: parser.completionScript(for: shell)) == "")
        }
    }

    private static let lines: [(line: String, candidates: [String])] = [
        ("shop ", ["serve", "import", "queue", "completion", "help"]),
        ("shop qu", ["queue"]),
        ("shop queue ", ["list", "move", "help"]),
        ("shop help queue ", ["list", "move"]),
        ("shop queue help ", ["list", "move"]),
        ("shop completion ", ["bash", "zsh", "fish"]),
        ("shop load --type ", ["view", "cart", "purchase", "remove_from_cart"]),
        ("shop load -t c", ["cart"]),
        ("shop queue list --kind pur", ["purchase"]),
        ("shop --port 1 queue --limit 3 list --li", ["--limit"]),
        ("shop serve --host queue --po", ["--port"]),
        ("shop serve --host ", []),
        ("shop serve --no-", ["--no-workers"]),
        ("shop queue move 5 ", ["view", "cart", "purchase", "remove_from_cart"]),
        ("shop load /etc/host", ["/etc/hostname", "/etc/hosts"]),
        ("shop serve --config /etc/host", ["/etc/hostname", "/etc/hosts"]),
        ("shop serve --data-dir /etc/ss", ["/etc/ssl"]),
    ]

    @Test("completes in bash", .enabled(if: ShellProgram(.bash) != nil), arguments: lines)
    func bash(line: String, candidates: [String]) throws {
        let program = try #require(ShellProgram(.bash))
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map { "'\($0)'" }
        let script = """
            \(parser.completionScript(for: .bash))
            COMP_WORDS=(\(words.joined(separator: " ")))
            COMP_CWORD=\(words.count - 1)
            _shop
            for reply in "${COMPREPLY[@]}"; do echo "$reply"; done
            """
        let found = try program.run([], script: script).split(separator: "\n").map(String.init)
        // Which files there are is the machine's affair.
        #expect(line.contains("/etc") ? !Set(found).isDisjoint(with: candidates) : found == candidates)
    }

    @Test("completes values behind an equals sign in bash, which splits words there")
    func bashEqualsSign() throws {
        let program = try #require(ShellProgram(.bash))
        for (words, count, expected) in [
            ("'shop' 'load' '--type' '='", 3, 4), ("'shop' 'load' '--type' '=' 'ca'", 4, 1),
        ] {
            let script = """
                \(parser.completionScript(for: .bash))
                COMP_WORDS=(\(words))
                COMP_CWORD=\(count)
                _shop
                echo ${#COMPREPLY[@]}
                """
            #expect(try program.run([], script: script) == "\(expected)\n")
        }
    }

    @Test("completes in fish", .enabled(if: ShellProgram(.fish) != nil), arguments: lines)
    func fish(line: String, candidates: [String]) throws {
        let program = try #require(ShellProgram(.fish))
        let script = "\(parser.completionScript(for: .fish))\ncomplete -C '\(line)'"
        // A tab and a description follow each candidate; folders end in a slash.
        let found = try program.run([], script: script).split(separator: "\n").map { candidate in
            String(candidate.prefix { $0 != "\t" })
        }
        if line.contains("/etc") {
            #expect(!Set(found).isDisjoint(with: candidates + candidates.map { $0 + "/" }))
        } else {
            #expect(Set(found) == Set(candidates))
        }
    }

    @Test("survives quotes, colons, brackets and dollar signs in texts and values")
    func awkwardTexts() throws {
        let parser = CommandParser(Awkward.self)
        let bash = try #require(ShellProgram(.bash))
        let script = """
            \(parser.completionScript(for: .bash))
            COMP_WORDS=(awk-ward --value '')
            COMP_CWORD=2
            _awk_ward
            for reply in "${COMPREPLY[@]}"; do echo "$reply"; done
            """
        #expect(try bash.run([], script: script).split(separator: "\n").map(String.init) == Awkward.values)
        if let fish = ShellProgram(.fish) {
            let script = "\(parser.completionScript(for: .fish))\ncomplete -C 'awk-ward --value '"
            let found = try fish.run([], script: script).split(separator: "\n").map { $0.prefix { $0 != "\t" } }
            #expect(Set(found.map(String.init)) == Set(Awkward.values))
        }
    }
}

private struct Awkward: Command {
    static let values = ["it's", "$HOME", "a b", "x*"]

    static let configuration = CommandConfiguration(name: "awk-ward", abstract: "It's [odd]: $(exit 3) `exit 3`.")

    @Option(help: #"It's [odd]: "$(exit 3)" `exit 3` \ %."#, valueName: "it's:odd", completion: .words(values))
    var value: String?

    @Argument(name: "it's [odd]:", help: "It's odd.", completion: .words(values))
    var other: String?

    mutating func run() async throws {}
}

/// A shell on this machine.
private struct ShellProgram {
    private let path: String

    init?(_ shell: Shell) {
        let folders = ["/bin", "/usr/bin", "/usr/local/bin"]
        let path = folders.map { "\($0)/\(shell)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let path else { return nil }
        self.path = path
    }

    /// What the shell prints, on either stream, when it reads `script` from a file.
    func run(_ options: [String], script: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "completion-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "script")
        try Data(script.utf8).write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = options + [file.path]
        process.environment = ["HOME": folder.path, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
