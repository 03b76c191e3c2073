import FoundationEssentials
import TestSupport
import Testing

/// `scripts/on-debian`, as far as it makes and enters no system.
@Suite("Running on another Debian")
struct OnDebianTests {
    @Test(
        "wrong arguments are named, with status 2",
        arguments: [
            ([], "name a Debian and a command, such as: scripts/on-debian trixie make test"),
            (["sid", "make", "test"], "'sid' is not one of bookworm, trixie"),
            (["../trixie", "true"], "'../trixie' is not one of bookworm, trixie"),
            (["trixie"], "name a command for trixie, such as: scripts/on-debian trixie make test"),
        ] as [([String], String)])
    func wrongArguments(_ arguments: [String], _ fault: String) async throws {
        let output = try await run(#"bash "$0" "$@""#, arguments)
        #expect(output == "on-debian: \(fault)\nstatus 2")
    }

    @Test("help names the settings", arguments: ["-h", "--help"])
    func help(_ argument: String) async throws {
        let output = try await run(#"bash "$0" "$@""#, [argument])
        #expect(output.hasPrefix("Runs COMMAND in this checkout on another Debian"))
        #expect(output.contains("scripts/on-debian bookworm|trixie COMMAND..."))
        for setting in ["DEBIAS_DEBIAN_DIR", "DEBIAS_DEBIAN_MIRROR"] { #expect(output.contains(setting)) }
        // The comment ends before the program begins.
        #expect(!output.contains("set -euo"))
        #expect(output.hasSuffix("\nstatus 0"))
    }

    @Test("a user without the rights of root learns how to get them, and no folder is made")
    func refusalWithoutRoot() async throws {
        let folder = try TemporaryDirectory()
        // The shell, not the other user, opens the script, which may be where that user may not look.
        let command = """
            if [ "$(id -u)" = 0 ]; then other='setpriv --reuid 65534 --clear-groups'; fi
            DEBIAS_DEBIAN_DIR='\(folder.file("systems"))' $other bash -s "$@" < "$0"
            """
        let output = try await run(command, ["trixie", "make", "test"])
        let advice = #"sudo env "PATH=$PATH" scripts/on-debian trixie make test"#
        #expect(output == "on-debian: only root may enter another system: \(advice)\nstatus 1")
        #expect(!FileManager.default.fileExists(atPath: folder.file("systems")))
    }

    @Test(
        "without a Swift toolchain in a folder of its own nothing is made",
        arguments: [
            (nil, "swift is not in PATH; with sudo: sudo env "),
            ("/usr/lib/swift", "Swift's toolchain must be in a folder of its own, such as /opt/swift, not in '/usr'\n"),
            ("", "Swift's toolchain must be in a folder of its own, such as /opt/swift, not in ''\n"),
        ] as [(String?, String)])
    func unusableToolchain(_ resources: String?, _ fault: String) async throws {
        let folder = try TemporaryDirectory()
        // The search path holds these alone, and an `id` that says that this is root.
        var command = """
            cd '\(folder.path)'; mkdir programs
            for tool in bash cat dirname readlink sed; do ln -s "$(command -v $tool)" programs; done
            printf '#!/bin/sh\\necho 0\\n' > programs/id
            """
        if let resources {
            command += """
                \nprintf '#!/bin/sh\\necho \\047"runtimeResourcePath": "\(resources)"\\047\\n' > programs/swift
                """
        }
        command += """
            \nchmod 755 programs/*
            PATH="$PWD/programs" DEBIAS_DEBIAN_DIR="$PWD/systems" bash "$0" "$@"
            """
        let output = try await run(command, ["bookworm", "true"])
        #expect(output.hasPrefix("on-debian: \(fault)"))
        #expect(output.hasSuffix("\nstatus 1"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("systems")))
    }

    /// What a shell prints that runs `command`, in which `$0` is the script, and the command's status.
    private func run(_ command: String, _ arguments: [String]) async throws -> String {
        let shell = "{ \(command)\n} 2>&1; echo \"status $?\""
        return try await HelperProcess.run("sh", ["-c", shell, Script.path("on-debian")] + arguments)
    }
}
