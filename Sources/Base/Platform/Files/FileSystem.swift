import Glibc

/// The operations on files that the layers above need. Every call blocks its thread for as long as the system call takes.
/// Safe to use from any thread.
package enum FileSystem {
    /// From now on the files and folders that this process creates are its user's alone (umask 077), whoever creates
    /// them. For the start of a program, before there are other threads.
    package static func keepNewFilesPrivate() {
        umask(0o077)
    }

    /// Creates the folder `path` and the folders above it that are missing, accessible to their owner only (0700). A
    /// folder that exists keeps its mode.
    package static func createDirectory(_ path: String) throws(SystemError) {
        if mkdir(path, 0o700) == 0 { return }
        switch errno {
        case EEXIST:
            guard isDirectory(path) else { throw SystemError(errorNumber: ENOTDIR, operation: "mkdir", path: path) }
        case ENOENT:
            guard let parent = parent(of: path) else { throw .last("mkdir", path: path) }
            try createDirectory(parent)
            // Another process may have been faster.
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last("mkdir", path: path) }
        default:
            throw .last("mkdir", path: path)
        }
    }

    /// Whether a file or folder exists at `path`; a link counts as its target.
    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Whether a folder exists at `path`.
    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && (status.st_mode & S_IFMT) == S_IFDIR
    }

    /// Whether the file at `path` can have been written by someone else than this user and root, a link counting as its
    /// target: it belongs to another user, or all may write it. False if it does not exist.
    package static func isWritableByOthers(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return (status.st_uid != 0 && status.st_uid != geteuid()) || status.st_mode & S_IWOTH != 0
    }

    /// The names in the folder `path`, sorted, without `.` and `..`.
    package static func list(_ path: String) throws(SystemError) -> [String] {
        guard let directory = opendir(path) else { throw .last("opendir", path: path) }
        defer { closedir(directory) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(directory) else {
                guard errno == 0 else { throw .last("readdir", path: path) }
                return names.sorted()
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }

    /// Removes the file, the link or the empty folder `path`; does nothing if it does not exist.
    package static func remove(_ path: String) throws(SystemError) {
        if unlink(path) == 0 || errno == ENOENT { return }
        let unlinkError = SystemError.last("unlink", path: path)
        if rmdir(path) == 0 || errno == ENOENT { return }
        throw isDirectory(path) ? .last("rmdir", path: path) : unlinkError
    }

    /// Removes the folder `path` with its content; links within are removed, not followed.
    package static func removeTree(_ path: String) throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw .last("lstat", path: path) }
            return
        }
        if (status.st_mode & S_IFMT) == S_IFDIR {
            for name in try list(path) { try removeTree("\(path)/\(name)") }
        }
        try remove(path)
    }

    /// The size of the file `path` in bytes; nil if it does not exist.
    package static func size(_ path: String) throws(SystemError) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw .last("stat", path: path) }
            return nil
        }
        return Int(status.st_size)
    }

    /// Adds `bytes` to the end of the file `path`, in one write; creates the file (accessible to its owner only) if it is
    /// missing. The bytes survive the end of the process, not a crash of the system.
    package static func append(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last("open", path: path) }
        defer { close(descriptor) }
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw .last("write", path: path) }
    }

    /// Makes `bytes` the whole content of the file `path` (accessible to its owner only), in one step: readers see the
    /// old or the new content. The bytes survive the end of the process, not a crash of the system.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let new = "\(path).new"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last("open", path: new) }
        let count = write(descriptor, bytes, bytes.count)
        let failure = SystemError.last("write", path: new)
        close(descriptor)
        guard count == bytes.count else { throw failure }
        try move(new, to: path)
    }

    package static func contents(of path: String) throws(SystemError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open", path: path) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        while true {
            var result = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                result = read(descriptor, buffer.baseAddress, buffer.count)
                count = max(0, result)
            }
            guard result >= 0 else { throw .last("read", path: path) }
            if chunk.isEmpty { return content }
            content += chunk
        }
    }

    /// How many bytes this user may still write on the volume that holds `path`.
    package static func freeBytes(at path: String) throws(SystemError) -> Int {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw .last("statvfs", path: path) }
        return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    /// Gives the file `source` the name `destination`, in one step, and waits until the new name is on the disk.
    package static func rename(_ source: String, to destination: String) throws(SystemError) {
        try move(source, to: destination)
        try synchronize(parent(of: destination) ?? ".")
    }

    private static func move(_ source: String, to destination: String) throws(SystemError) {
        let result = Glibc.rename(source, destination)
        guard result == 0 else { throw .last("rename", path: destination) }
    }

    /// Waits until the content of the file `path`, or the names in the folder `path`, are on the disk.
    package static func synchronize(_ path: String) throws(SystemError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open", path: path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .last("fsync", path: path) }
    }

    /// The text of a small file, such as those of /proc, which have no size: at most 4 KiB. Nil if the file cannot be read.
    static func readSmallFile(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            guard count >= 0 else { return nil }
            return String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }

    /// The folder that holds `path`; nil for the root and for a name without a folder.
    package static func parent(of path: String) -> String? {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/"), trimmed != "/" else { return nil }
        let parent = trimmed[..<slash]
        return parent.isEmpty ? "/" : String(parent)
    }
}
