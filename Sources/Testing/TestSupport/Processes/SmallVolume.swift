import Glibc

/// A file system in memory of a fixed size, mounted for one test. Only root may mount; root in a container may still
/// lack the right.
package final class SmallVolume: Sendable {
    /// The file system could not be mounted.
    package struct Failure: Error {
        /// The `errno` value.
        package let errorNumber: Int32
    }

    /// Where it is mounted.
    package let path: String

    /// Whether this process may mount: a condition for tests.
    package static var isPermitted: Bool {
        guard let folder = try? TemporaryDirectory() else { return false }
        return (try? SmallVolume(at: folder.file("probe"), kibibytes: 64)) != nil
    }

    /// Creates the folder `path` and mounts a file system of that size on it.
    package init(at path: String, kibibytes: Int) throws {
        self.path = path
        guard mkdir(path, 0o700) == 0, mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else {
            throw Failure(errorNumber: errno)
        }
    }

    deinit {
        unmount()
    }

    /// Takes the file system away from the path, although files in it may be open: who has them open keeps them.
    package func unmount() {
        umount2(path, Int32(MNT_DETACH))
    }

    /// Fills the file system to the last page with a file of that name.
    package func fill(_ name: String = "ballast") throws {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(errorNumber: errno) }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0xa5, count: 4_096)
        while write(descriptor, page, page.count) > 0 {}
        guard errno == ENOSPC else { throw Failure(errorNumber: errno) }
    }

    /// Makes room again.
    package func removeBallast(_ name: String = "ballast") {
        unlink("\(path)/\(name)")
    }
}
