import Glibc

/// Which file or folder a path leads to: two paths, or one path at two times, lead to the same one exactly if their
/// identities are equal. As long as somebody has a file open, no other gets its identity.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    /// The identity of what is at `path` now, a link counting as its target; nil if nothing is there, or the user may
    /// not look.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    fileprivate init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}

/// A folder at one moment, to see in one system call whether names in it have changed since.
package struct FolderStamp: Hashable, Sendable {
    private let identity: FileIdentity
    private let modified: Int64

    /// The stamp of the folder that is at `path` now; nil if nothing is there, or the user may not look.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        identity = FileIdentity(status)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }

    /// Whether every change of names that comes later gives the folder another stamp. The system's clock for such times
    /// ticks every few milliseconds: two changes within one tick look the same.
    package var isSettled: Bool {
        modified < WallClock.microseconds() * 1_000 - 1_000_000_000
    }
}
