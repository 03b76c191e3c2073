import Foundation
import Testing

/// `debias-events` as a child process.
final class Program: @unchecked Sendable {
    // Sendable: `Process` is started in init only; afterwards its state is read or the process is signalled by id,
    // which Foundation and the kernel allow from any thread.
    private let process = Process()
    private let output = Pipe()

    /// The executable that was built beside the tests.
    static let path: String = {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        return tests.appendingPathComponent("debias-events").path
    }()

    /// - Parameters:
    ///   - readsErrors: Whether errors are read with the output; otherwise they are dropped.
    ///   - environment: Variables beside those of the tests.
    ///   - folder: The working folder, by default that of the tests.
    init(
        _ arguments: [String], input: FileHandle = .nullDevice, readsErrors: Bool = false,
        environment: [String: String] = [:], folder: String? = nil
    ) throws {
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = arguments
        // By these, the tests themselves find the Qdrant that they use.
        let own = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("QDRANT_") }
        process.environment = own.merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = readsErrors ? output : FileHandle.nullDevice
        try process.run()
    }

    /// Runs a script of the shell that becomes the program.
    init(script: String) throws {
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// Starts `serve` on its own port and returns when connections are taken.
    static func serve(
        _ dataDirectory: String, _ flags: [String] = [], readsErrors: Bool = false,
        environment: [String: String] = [:]
    ) throws -> (Program, port: UInt16) {
        let program = try Program(
            ["serve", "--host", "127.0.0.1", "--port", "0", "--data-dir", dataDirectory] + flags,
            readsErrors: readsErrors, environment: environment)
        return (program, try program.port())
    }

    /// The port that `serve` prints when connections are taken.
    func port() throws -> UInt16 {
        let line = readLine()
        guard let port = line.split(separator: ":").last.flatMap({ UInt16($0.prefix { $0.isNumber }) }) else {
            throw ProgramFailure(message: "serve printed \"\(line)\" in place of its address")
        }
        return port
    }

    /// Runs a command to its end.
    static func run(
        _ arguments: [String], input: FileHandle = .nullDevice, readsErrors: Bool = false,
        environment: [String: String] = [:], folder: String? = nil
    ) throws -> (status: Int32, output: String) {
        let program = try Program(
            arguments, input: input, readsErrors: readsErrors, environment: environment, folder: folder)
        let output = program.remainingOutput()
        program.process.waitUntilExit()
        return (program.process.terminationStatus, output)
    }

    /// What has been printed and not been read, up to the program's end.
    func remainingOutput() -> String {
        String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }

    /// `stats --json` of a data folder.
    static func statistics(_ dataDirectory: String) throws -> [String: Any] {
        let (status, output) = try run(["stats", "--json", "--data-dir", dataDirectory])
        guard status == 0, let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
        else { throw ProgramFailure(message: "stats ended with \(status): \(output)") }
        return object
    }

    var isRunning: Bool { process.isRunning }

    /// Ends the process as a power cut would, as far as the process can tell.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    var processID: Int32 { process.processIdentifier }

    /// Stops the process where it is, as Ctrl-Z does.
    func freeze() {
        Foundation.kill(process.processIdentifier, SIGSTOP)
    }

    /// Lets a frozen process go on.
    func thaw() {
        Foundation.kill(process.processIdentifier, SIGCONT)
    }

    /// Asks the process to read its certificate again.
    func hangUp() {
        Foundation.kill(process.processIdentifier, SIGHUP)
    }

    /// Asks the process to end cleanly and waits for its end.
    func terminate() -> Int32 {
        Foundation.kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// The resident memory, in bytes.
    var residentBytes: Int { memory("VmRSS:") }
    /// The most resident memory so far, in bytes.
    var peakBytes: Int { memory("VmHWM:") }

    private func memory(_ name: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) * 1024
    }

    func readLine() -> String {
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n"), let byte = output.fileHandleForReading.readData(ofLength: 1).first {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }
}

struct ProgramFailure: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
