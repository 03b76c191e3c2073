import Glibc

/// The socket to which a service tells its supervisor its state (systemd's sd_notify protocol): each message is one
/// datagram of lines such as `READY=1`. Safe to use from any thread.
package final class SupervisorSocket: Sendable {
    /// The path of the socket; an `@` at its begin stands for the abstract namespace.
    package let address: String
    private let descriptor: Int32
    private let name: [UInt8]

    /// Makes the sending side; whether anybody listens at `address` shows when something is sent.
    ///
    /// - Parameter address: What the variable `NOTIFY_SOCKET` holds: an absolute path, or `@` and an abstract name.
    /// - Throws: ``SystemError`` for an address of another kind (`EAFNOSUPPORT`), one that is too long (`ENAMETOOLONG`), and
    ///   when there is no descriptor left.
    package init(address: String) throws(SystemError) {
        // In place of the `@`, the kernel wants a byte of zero, and the name ends with the address's length.
        let name: [UInt8] =
            switch address.first {
            case "/": Array(address.utf8) + [0]
            case "@": [0] + address.utf8.dropFirst()
            default: []
            }
        guard name.count > 1 else {
            throw SystemError(errorNumber: EAFNOSUPPORT, operation: "connect", path: address)
        }
        guard name.count <= MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
            throw SystemError(errorNumber: ENAMETOOLONG, operation: "connect", path: address)
        }
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw .last("socket", path: address) }
        self.address = address
        self.name = name
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Sends one message; never waits.
    ///
    /// - Throws: ``SystemError`` if the supervisor does not take it: `EAGAIN` while too many wait, `ENOENT` or
    ///   `ECONNREFUSED` when nobody listens. The next call tries anew.
    package func send(_ message: String) throws(SystemError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let offset = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path)
        let length = socklen_t(offset + name.count)
        let bytes = Array(message.utf8)
        // The address is given each time rather than connected to, so that a supervisor that starts anew is found.
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length)
            }
        }
        guard sent == bytes.count else { throw .last("sendto", path: self.address) }
    }
}
