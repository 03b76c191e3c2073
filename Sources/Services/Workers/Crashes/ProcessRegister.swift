import Platform
import Synchronization

/// The processes with workers on a folder, and how many of them died.
///
/// Each has a file with a lock that its death releases; the next process that begins finds and counts it. Safe to use
/// from any thread.
final class ProcessRegister: Sendable {
    /// Names this process.
    let name: String
    private let directory: String
    private let state = Mutex(State())

    private struct State {
        var workers = 0
        /// Held as long as workers run.
        var lock: FileLock?
        /// The dead that had been found when this process began.
        var foundBefore = 0
        /// Whether a process has died since, or shortly before.
        var hasSeenDeath = false
    }

    /// Nothing is written before the first worker begins.
    init(directory: String) {
        self.directory = directory
        var generator = SystemRandomNumberGenerator()
        name = String(generator.next() as UInt64, radix: 36)
    }

    deinit {
        if state.withLock({ $0.lock != nil }) { try? FileSystem.remove(path) }
    }

    private var path: String { "\(directory)/\(name).lock" }
    /// The size of the file is the number of deaths.
    private var deathsPath: String { "\(directory)/deaths" }

    /// The size of the file is the number of processes that were found dead, counted or not.
    private var foundPath: String { "\(directory)/found" }

    /// Whether a process died since this one began, or before and this one found it; also where nothing can be known.
    ///
    /// Reads the folder, until there was one.
    var hasSeenDeath: Bool {
        state.withLock { state in
            guard state.lock != nil, !state.hasSeenDeath else { return true }
            state.hasSeenDeath = found > state.foundBefore || (try? isAnyDead()) ?? true
            return state.hasSeenDeath
        }
    }

    private var found: Int { ((try? FileSystem.size(foundPath)) ?? nil) ?? 0 }

    /// Whether a process has died that no other has found so far.
    private func isAnyDead() throws(SystemError) -> Bool {
        for file in try FileSystem.list(directory) where file.hasSuffix(".lock") && file != "\(name).lock" {
            let path = "\(directory)/\(file)"
            // A process that ends by itself removes its file before it lets go of the lock.
            if try !FileLock.isHeldByAnother(path: path), FileSystem.exists(path) { return true }
        }
        return false
    }

    /// The processes that died and were counted, on this folder, ever.
    var deaths: Int { ((try? FileSystem.size(deathsPath)) ?? nil) ?? 0 }

    /// A worker begins.
    ///
    /// - Parameter counts: Whether the death of the process with that name counts.
    func enter(_ counts: (_ dead: String) throws(SystemError) -> Bool) throws(SystemError) {
        try state.withLock { (state) throws(SystemError) in
            if state.lock == nil {
                state.hasSeenDeath = false
                state.lock = try join(&state, counts)
            }
            state.workers += 1
        }
    }

    /// A worker ends.
    func leave() {
        state.withLock { state in
            state.workers = max(0, state.workers - 1)
            guard state.workers == 0, state.lock != nil else { return }
            try? FileSystem.remove(path)
            state.lock = nil
        }
    }

    private func join(
        _ state: inout State, _ counts: (_ dead: String) throws(SystemError) -> Bool
    ) throws(SystemError) -> FileLock {
        try FileSystem.createDirectory(directory)
        // Another process must not mistake a file that is just being locked for one that was left behind.
        let door = try FileLock(path: "\(directory)/door")
        try door.lock()
        defer { door.unlock() }
        state.foundBefore = found
        for file in try FileSystem.list(directory) where file.hasSuffix(".lock") {
            guard try !FileLock.isHeldByAnother(path: "\(directory)/\(file)") else { continue }
            try FileSystem.append([UInt8(ascii: "+")], to: foundPath)
            if try counts(String(file.dropLast(5))) { try FileSystem.append([UInt8(ascii: "+")], to: deathsPath) }
            try FileSystem.remove("\(directory)/\(file)")
        }
        // It appears locked: those who look for the dead do not come through the door.
        let lock = try FileLock(path: "\(directory)/\(name).new")
        try lock.lock()
        try FileSystem.rename("\(directory)/\(name).new", to: path)
        return lock
    }
}
