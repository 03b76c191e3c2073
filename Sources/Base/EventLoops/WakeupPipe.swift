import Glibc
import Synchronization

/// Ends the wait of a thread in `poll`, from any other thread.
final class WakeupPipe: Sendable {
    /// How many milliseconds a wait may take without a pipe.
    private static let timeoutWithoutPipe: Int32 = 5

    /// Negative where the process had no descriptors left.
    private let reading: Int32
    private let writing: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
        }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        guard reading >= 0 else { return }
        close(reading)
        close(writing)
    }

    func wake() {
        var byte: UInt8 = 1
        // A full pipe ends the wait as well.
        _ = write(writing, &byte, 1)
    }

    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            _ = read(reading, buffer.baseAddress, buffer.count)
        }
    }

    /// What `poll` is asked for; it ignores a negative descriptor.
    var request: pollfd {
        pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    }

    /// `timeout`, or less where no pipe can end the wait.
    func bounded(_ timeout: Int32) -> Int32 {
        guard reading < 0 else { return timeout }
        return timeout < 0 ? Self.timeoutWithoutPipe : min(timeout, Self.timeoutWithoutPipe)
    }
}
