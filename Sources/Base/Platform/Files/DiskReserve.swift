import Glibc
import Synchronization

/// Room on a disk that is kept back for the work that makes room: a file of nothing but blocks.
///
/// Deleting needs a little room itself. While the reserve is whole, the disk takes all that fits beside it. Who has to go
/// on when nothing fits any more releases it, and from then on what adds to the disk is refused, by all processes on the
/// folder, until there is so much room again that the reserve could be put back.
///
/// Safe to use from any thread; the calls that ask the disk say so.
package final class DiskReserve: Sendable {
    private struct State {
        var isWhole: Bool
        var checkedAt: ContinuousClock.Instant
    }

    /// What is kept back by default: a log of a queue's database (4 MiB), once as it is and once copied into the
    /// database.
    package static let standardBytes = 8 << 20
    /// How often the disk is asked, while the reserve is whole and while it is not.
    private static let intervals = (whole: Duration.milliseconds(100), released: Duration.milliseconds(500))

    private let path: String
    private let directory: String
    private let identity: FileIdentity?
    private let bytes: Int
    private let state = Mutex(State(isWhole: false, checkedAt: ContinuousClock.now - .seconds(60)))

    /// The reserve of the folder `directory`, which exists. Puts it back if there is room, and releases it if there is
    /// so little that not even what exists can be opened.
    package init(directory: String, bytes: Int = standardBytes) {
        path = "\(directory)/reserve"
        self.directory = directory
        identity = FileIdentity(path: directory)
        self.bytes = bytes
        refresh()
        // The shared memory and the log of a database begin with 32 KiB each.
        if isWhole, let free = try? FileSystem.freeBytes(at: directory), free < 1 << 20 { release() }
    }

    /// Whether the disk may be added to, as far as was seen at the last ``refresh()``.
    package var isWhole: Bool { state.withLock { $0.isWhole } }

    /// Why the disk may not be added to, and what to do about it; nil while it may. Asks the disk.
    package var refusal: String? {
        guard !isWhole else { return nil }
        let free = ((try? FileSystem.freeBytes(at: directory)) ?? 0) / 1_048_576
        return "the disk of \(directory) is full: \(free) MiB are left, for reading and for making room, and nothing "
            + "new is taken until \(needed / 1_048_576) MiB are free"
    }

    /// Looks whether somebody has released the reserve, and puts it back if there is room again. Asks the disk, a few
    /// times a second at most.
    package func refresh() {
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            let interval = state.isWhole ? Self.intervals.whole : Self.intervals.released
            guard now - state.checkedAt >= interval else { return false }
            state.checkedAt = now
            return true
        }
        // A folder that is away, or another in its place, says nothing about the disk.
        guard isDue, FileIdentity(path: directory) == identity else { return }
        let size = ((try? FileSystem.size(path)) ?? nil) ?? 0
        let isWhole = size >= bytes || putBack()
        state.withLock { $0.isWhole = isWhole }
    }

    /// Gives the room of the reserve free.
    ///
    /// - Returns: Whether there may be more room than before; false if the reserve was known to be released.
    @discardableResult
    package func release() -> Bool {
        let wasWhole = state.withLock { state in
            defer {
                state.isWhole = false
                state.checkedAt = .now
            }
            return state.isWhole
        }
        if wasWhole, FileIdentity(path: directory) == identity { truncate(path, 0) }
        return wasWhole
    }

    /// How much has to be free for the reserve to be put back, in bytes: a margin more than it holds, so that it is not
    /// released again at once.
    private var needed: Int { bytes + bytes / 4 }

    private func putBack() -> Bool {
        guard let free = try? FileSystem.freeBytes(at: directory), free >= needed else { return false }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard posix_fallocate(descriptor, 0, bytes) == 0 else {
            ftruncate(descriptor, 0)
            return false
        }
        return true
    }
}
