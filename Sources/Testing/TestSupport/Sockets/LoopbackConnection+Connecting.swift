import Glibc

extension LoopbackConnection {
    /// Connects to a port of this machine, as a client whose bytes the test writes itself.
    ///
    /// - Parameters:
    ///   - host: The numeric IPv4 address of the server.
    ///   - source: The address to connect from, if the server must see a different one.
    ///   - receiveBuffer: The approximate number of bytes that the system takes while nobody reads; nil leaves the
    ///     system's default.
    package static func connect(
        to port: Int, host: String = "127.0.0.1", from source: String? = nil, receiveBuffer: Int32? = nil
    ) throws -> LoopbackConnection {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw LoopbackFailure(call: "socket", errno: errno) }
        // From here on the connection closes the socket.
        let connection = LoopbackConnection(descriptor)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        if let source {
            guard withAddress(source, 0, { bind(descriptor, $0, $1) }) == 0 else {
                throw LoopbackFailure(call: "bind", errno: errno)
            }
        }
        guard withAddress(host, port, { connectOnce(descriptor, $0, $1) }) == 0 else {
            throw LoopbackFailure(call: "connect", errno: errno)
        }
        return connection
    }

    /// The socket does not block: within one machine it connects at once, except with a full backlog.
    private static func connectOnce(
        _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t
    ) -> Int32 {
        let result = Glibc.connect(descriptor, address, size)
        if result == 0 || errno != EINPROGRESS { return result }
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        if poll(&entry, 1, 10_000) > 0, entry.revents & Int16(POLLERR | POLLHUP) == 0 { return 0 }
        errno = ECONNREFUSED
        return -1
    }

    private static func withAddress(
        _ host: String, _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
