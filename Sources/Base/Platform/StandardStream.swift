import Glibc

/// The standard output or standard error, written without a buffer. A write blocks its thread until all bytes are taken.
/// Safe to use from any thread; writes of different threads may be interleaved.
package struct StandardStream: Sendable {
    /// The stream for results.
    package static let output = StandardStream(descriptor: STDOUT_FILENO, name: "standard output")
    /// The stream for messages and progress.
    package static let error = StandardStream(descriptor: STDERR_FILENO, name: "standard error")

    private let descriptor: Int32
    private let name: String

    init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Writes all of `text`.
    /// - Throws: `SystemError`; its `isBrokenPipe` tells that the reader has gone, so that the program should end quietly.
    ///   SIGPIPE has to be ignored for that (`ShutdownSignals.ignoreBrokenPipes`).
    package func write(_ text: String) throws(SystemError) {
        var text = text
        let failure = text.withUTF8 { bytes in writeAll(UnsafeRawBufferPointer(bytes)) }
        if let failure { throw failure }
    }

    /// Writes all of `bytes`; throws as `write(_: String)` does.
    package func write(_ bytes: [UInt8]) throws(SystemError) {
        let failure = bytes.withUnsafeBytes { bytes in writeAll(bytes) }
        if let failure { throw failure }
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) -> SystemError? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let written = Glibc.write(descriptor, part.baseAddress, part.count)
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                // Another process has made the terminal or pipe non-blocking.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, -1)
            } else if errno != EINTR {
                return .last("write", path: name)
            }
        }
        return nil
    }
}
