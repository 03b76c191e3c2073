import Glibc
import Platform

/// The commands for the tests of Platform, and of all parts that take its locks.
enum PlatformCommands {
    /// Returns false for an unknown command.
    static func run(_ words: [String]) async throws -> Bool {
        ShutdownSignals.ignoreBrokenPipes()
        switch (words.first, Array(words.dropFirst())) {
        case ("hold-lock", let rest) where rest.count == 1: try holdLock(path: rest[0])
        case ("signals", _): try await waitForSignal()
        case ("closed-output", _): try writeUntilClosed()
        default: return false
        }
        return true
    }

    private static func holdLock(path: String) throws {
        let lock = try FileLock(path: path)
        try lock.lock()
        try StandardStream.output.write("held\n")
        _ = readLine()
        lock.unlock()
    }

    private static func waitForSignal() async throws {
        let signals = ShutdownSignals()
        let cancelled = Task { await signals.first() }
        cancelled.cancel()
        guard await cancelled.value == nil else { exit(1) }
        try StandardStream.output.write("ready\n")
        let signal = await signals.first()
        guard await signals.first() == signal else { exit(1) }
        try StandardStream.output.write(signal == .interrupt ? "interrupt\n" : "terminate\n")
        // The second signal ends the process here.
        _ = readLine()
    }

    private static func writeUntilClosed() throws {
        do throws(SystemError) {
            while true { try StandardStream.output.write(String(repeating: "x", count: 100_000)) }
        } catch {
            exit(error.isBrokenPipe ? 32 : 1)
        }
    }
}
