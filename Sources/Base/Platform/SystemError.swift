import Glibc

/// The error for a system call that failed: which call, on which file, and the operating system's reason.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The `errno` value.
    package var errorNumber: Int32
    /// The system call, for example `open`.
    package var operation: String
    /// The file that the call was made on, if it was made on a file.
    package var path: String?

    package init(errorNumber: Int32, operation: String, path: String? = nil) {
        self.errorNumber = errorNumber
        self.operation = operation
        self.path = path
    }

    /// The error with the calling thread's `errno`; to be made directly after the failed call.
    static func last(_ operation: String, path: String? = nil) -> SystemError {
        SystemError(errorNumber: errno, operation: operation, path: path)
    }

    /// For example `open /data/queue.lock: Permission denied (13)`.
    package var description: String {
        let subject = path.map { " \($0)" } ?? ""
        return "\(operation)\(subject): \(Self.reason(errorNumber)) (\(errorNumber))"
    }

    /// Whether the reader of a pipe or socket has gone.
    package var isBrokenPipe: Bool { errorNumber == EPIPE }

    /// Whether the volume, or the user's share of it, is full.
    package var isNoSpace: Bool { errorNumber == ENOSPC || errorNumber == EDQUOT }

    /// Whether the user lacks the permission, or the volume is read-only.
    package var isPermissionDenied: Bool { [EACCES, EPERM, EROFS].contains(errorNumber) }

    /// Whether the file, or a folder above it, does not exist.
    package var isNotFound: Bool { errorNumber == ENOENT }

    private static func reason(_ errorNumber: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            start.initialize(repeating: 0, count: buffer.count)
            guard strerror_r(errorNumber, start, buffer.count) == 0 else { return "unknown error" }
            return String(cString: start)
        }
    }
}
