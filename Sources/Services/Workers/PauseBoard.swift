import JSON
package import Platform
import Synchronization

/// Shows the other processes on a data folder which queues' workers do not write at the moment, and why. `stats`, and
/// an API without workers of its own, read the board.
///
/// Each process that runs workers has a file, and beside it a lock by which others see that the process lives: files
/// that a killed process left behind are ignored, and the next process that starts removes them. Safe to use from any
/// thread.
package final class PauseBoard: Sendable {
    private let path: String
    /// Held as long as this object lives.
    private let aliveLock: FileLock
    private let writeLock = Mutex(())

    /// Takes a place on the board in that folder, which is created if it is missing.
    package init(directory: String) throws(SystemError) {
        try FileSystem.createDirectory(directory)
        // Another process must not mistake a place that is just being taken for one that was left behind.
        let joinLock = try FileLock(path: "\(directory)/door")
        try joinLock.lock()
        defer { joinLock.unlock() }
        for name in try Self.places(in: directory) where try !Self.isAlive(name, directory) {
            try FileSystem.remove("\(directory)/\(name).json")
            try FileSystem.remove("\(directory)/\(name).lock")
        }
        var generator = SystemRandomNumberGenerator()
        path = "\(directory)/\(String(generator.next() as UInt64, radix: 36))"
        aliveLock = try FileLock(path: "\(path).lock")
        try aliveLock.lock()
    }

    deinit {
        try? FileSystem.remove("\(path).json")
        try? FileSystem.remove("\(path).lock")
    }

    /// Shows why workers of this process do not write, by queue; empty when all do.
    ///
    /// - Parameter pauses: Called while no other caller writes, so that the last of several concurrent callers shows
    ///   the newest state.
    package func show(_ pauses: () -> [String: String]) throws(SystemError) {
        try writeLock.withLock { (_) throws(SystemError) in
            var json = JSONWriter()
            json.object(pauses())
            try FileSystem.replace("\(path).json", with: json.bytes)
        }
    }

    /// The pauses that the living processes on that folder show, combined; empty where there is no board.
    package static func read(directory: String) throws(SystemError) -> [String: String] {
        guard FileSystem.isDirectory(directory) else { return [:] }
        var pauses: [String: String] = [:]
        for name in try places(in: directory) where try isAlive(name, directory) {
            // A process that has not written its file yet, or is just ending, shows no pauses.
            guard let content = try? FileSystem.contents(of: "\(directory)/\(name).json"),
                case .object(let members) = try? JSONValue(parsing: content)
            else { continue }
            for (queue, reason) in members {
                if case .string(let reason) = reason { pauses[queue] = reason }
            }
        }
        return pauses
    }

    private static func places(in directory: String) throws(SystemError) -> [String] {
        try FileSystem.list(directory).filter { $0.hasSuffix(".lock") }.map { String($0.dropLast(5)) }
    }

    private static func isAlive(_ name: String, _ directory: String) throws(SystemError) -> Bool {
        try FileLock.isHeldByAnother(path: "\(directory)/\(name).lock")
    }
}
