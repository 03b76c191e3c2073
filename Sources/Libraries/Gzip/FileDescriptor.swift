import Glibc

/// An open descriptor, closed when its value ends if it belongs to it.
struct FileDescriptor: ~Copyable, Sendable {
    /// The value of `errno` after a failed call.
    struct Failure: Error {
        let code: Int32
    }

    private let raw: Int32
    private let closesItself: Bool

    init(raw: Int32, closesItself: Bool) {
        self.raw = raw
        self.closesItself = closesItself
    }

    init(opening path: String) throws(GzipFileError) {
        let raw = open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { throw GzipFileError(path: path, reason: .open(errno)) }
        self.init(raw: raw, closesItself: true)
    }

    deinit {
        if closesItself { close(raw) }
    }

    /// The number of bytes from the present position to the end of a regular file; `nil` for anything else.
    borrowing func remainingByteCount() throws(Failure) -> Int? {
        var information = stat()
        guard fstat(raw, &information) == 0 else { throw Failure(code: errno) }
        guard information.st_mode & S_IFMT == S_IFREG else { return nil }
        return max(0, Int(information.st_size) - Int(lseek(raw, 0, SEEK_CUR)))
    }

    /// Appends up to `count` bytes to `buffer`, waiting for the first; returns their number, 0 at the end.
    borrowing func read(into buffer: inout [UInt8], atMost count: Int) throws(Failure) -> Int {
        var result = 0
        var code: Int32 = 0
        buffer.append(addingCapacity: count) { span in
            span.withUnsafeMutableBufferPointer { room, initialized in
                repeat {
                    result = systemRead(raw, room.baseAddress?.advanced(by: initialized), count)
                    code = result < 0 ? errno : 0
                    // Standard input may have been made non-blocking by the program at its other end.
                    if code == EAGAIN { waitUntilReadable() }
                } while code == EINTR || code == EAGAIN
                initialized += max(0, result)
            }
        }
        guard result >= 0 else { throw Failure(code: code) }
        return result
    }

    private borrowing func waitUntilReadable() {
        var entry = pollfd(fd: raw, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, -1)
    }
}

/// `read` of the C library, whose name the method above hides.
private func systemRead(_ descriptor: Int32, _ start: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, start, count)
}
