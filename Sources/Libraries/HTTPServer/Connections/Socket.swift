import Glibc

/// Sends bytes to a socket that does not block.
enum Socket {
    /// Sends two pieces, the second right behind the first, in one system call.
    ///
    /// - Returns: How many bytes the system took, 0 when it takes none now; nil when the connection is broken.
    static func send(
        _ first: [UInt8], from firstStart: Int = 0, _ second: [UInt8], from secondStart: Int = 0,
        to descriptor: Int32
    ) -> Int? {
        let count =
            if secondStart == second.count {
                first.withUnsafeBytes { bytes in
                    retrying {
                        Glibc.send(
                            descriptor, bytes.baseAddress.map { $0 + firstStart }, bytes.count - firstStart,
                            Int32(MSG_NOSIGNAL))
                    }
                }
            } else {
                sendBoth(first, firstStart, second, secondStart, to: descriptor)
            }
        if count >= 0 { return count }
        return errno == EAGAIN ? 0 : nil
    }

    private static func sendBoth(
        _ first: [UInt8], _ firstStart: Int, _ second: [UInt8], _ secondStart: Int, to descriptor: Int32
    ) -> Int {
        first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                var pieces = (
                    iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress.map { $0 + firstStart }),
                        iov_len: first.count - firstStart),
                    iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress.map { $0 + secondStart }),
                        iov_len: second.count - secondStart)
                )
                return withUnsafeMutablePointer(to: &pieces) { pieces in
                    pieces.withMemoryRebound(to: iovec.self, capacity: 2) { pieces in
                        var message = msghdr()
                        message.msg_iov = pieces
                        message.msg_iovlen = 2
                        return retrying { sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL)) }
                    }
                }
            }
        }
    }

    private static func retrying(_ call: () -> Int) -> Int {
        while true {
            let count = call()
            if count >= 0 || errno != EINTR { return count }
        }
    }
}
