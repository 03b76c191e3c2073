import Glibc

/// An advisory lock (flock) on a side file that processes agree on. The kernel releases the lock when its holder dies, so
/// that a killed process leaves nothing behind but the empty file. The file is never deleted: if it were removed while
/// others wait for it, two of them could get the lock.
///
/// The lock belongs to this object, not to a thread: two objects on one path exclude each other within a process too.
/// Safe to use from any thread.
package final class FileLock: Sendable {
    /// Who else may hold the lock at the same time.
    package enum Mode: Sendable {
        /// No other holder.
        case exclusive
        /// Other holders in this mode.
        case shared

        fileprivate var operation: Int32 {
            switch self {
            case .exclusive: LOCK_EX
            case .shared: LOCK_SH
            }
        }
    }

    package let path: String
    private let descriptor: Int32

    /// Opens the side file, which is created if it does not exist, without taking the lock. Programs that this process
    /// starts do not inherit the descriptor.
    package init(path: String) throws(SystemError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last("open", path: path) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        // Closing the only descriptor of this open file releases the lock.
        close(descriptor)
    }

    /// Takes the lock, or changes its mode, and blocks the thread until the lock is free. Not for the cooperative pool.
    package func lock(_ mode: Mode = .exclusive) throws(SystemError) {
        while flock(descriptor, mode.operation) != 0 {
            guard errno == EINTR else { throw .last("flock", path: path) }
        }
    }

    /// Takes the lock if it is free now. A failed change of mode may have lost the mode that was held.
    /// - Returns: Whether the lock is held.
    package func tryLock(_ mode: Mode = .exclusive) throws(SystemError) -> Bool {
        while flock(descriptor, mode.operation | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return false
            default: throw .last("flock", path: path)
            }
        }
        return true
    }

    /// Takes the lock, and blocks the thread for at most `timeout`. Not for the cooperative pool.
    ///
    /// flock has no timeout, so this method asks repeatedly: every 50 microseconds at first, as locks are often held for
    /// the length of a disk write, and every millisecond later.
    /// - Returns: Whether the lock is held.
    package func lock(_ mode: Mode = .exclusive, timeout: Duration) throws(SystemError) -> Bool {
        if try tryLock(mode) { return true }
        let start = ContinuousClock.now
        while true {
            let waited = ContinuousClock.now - start
            guard waited < timeout else { return false }
            usleep(waited < .milliseconds(5) ? 50 : 1_000)
            if try tryLock(mode) { return true }
        }
    }

    /// Releases the lock; does nothing when it is not held.
    package func unlock() {
        flock(descriptor, LOCK_UN)
    }

    /// Runs `body` while the lock is held in `mode`; blocks the thread until the lock is free.
    package func withLock<Result>(_ mode: Mode = .exclusive, _ body: () throws -> Result) throws -> Result {
        try lock(mode)
        defer { unlock() }
        return try body()
    }

    /// Whether another process, or another object of this process, holds the lock on `path` exclusively.
    ///
    /// The check takes the lock for a moment, so that a `tryLock(.exclusive)` elsewhere may fail meanwhile. It does not
    /// create the side file: a lock without a file has no holder.
    package static func isHeldByAnother(path: String) throws(SystemError) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw .last("open", path: path) }
            return false
        }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return false }
        guard errno == EWOULDBLOCK else { throw .last("flock", path: path) }
        return true
    }
}
