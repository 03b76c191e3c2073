import Glibc

/// Makes the socket a server accepts from.
enum ListeningSocket {
    /// Opens a non-blocking socket that listens. The caller closes it.
    static func open(host: String, port: Int, backlog: Int) throws(HTTPServerError) -> Int32 {
        switch host {
        case "*", "::":
            do {
                return try open(numericHost: "::", port: port, backlog: backlog)
            } catch .system(_, let code) where code == EAFNOSUPPORT || code == EADDRNOTAVAIL {
                // IPv6 is switched off.
                return try open(numericHost: "0.0.0.0", port: port, backlog: backlog)
            }
        case "localhost":
            return try open(numericHost: "127.0.0.1", port: port, backlog: backlog)
        default:
            return try open(numericHost: host, port: port, backlog: backlog)
        }
    }

    /// Where a socket listens.
    static func boundAddress(of descriptor: Int32) throws(HTTPServerError) -> HTTPAddress {
        guard let address = SocketAddress(filledBy: { getsockname(descriptor, $0, $1) }) else {
            throw .system(call: "getsockname", errno: errno)
        }
        return address.address
    }

    private static func open(numericHost host: String, port: Int, backlog: Int) throws(HTTPServerError) -> Int32 {
        guard let address = SocketAddress(numericHost: host, port: port) else { throw .invalidAddress(host) }
        let descriptor = socket(
            address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system(call: "socket", errno: errno) }
        do throws(HTTPServerError) {
            try set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            if address.family == AF_INET6 {
                try set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0)
            }
            // Accepted sockets inherit this. Otherwise what follows an answer, or a piece of a stream, would wait until the
            // client has acknowledged the one before, for which clients take their time.
            try set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
                switch errno {
                case EADDRINUSE: throw .addressInUse(HTTPAddress(host: host, port: port))
                case EACCES: throw .permissionDenied(HTTPAddress(host: host, port: port))
                default: throw .system(call: "bind", errno: errno)
                }
            }
            guard listen(descriptor, Int32(clamping: backlog)) == 0 else {
                throw .system(call: "listen", errno: errno)
            }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func set(
        _ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32
    ) throws(HTTPServerError) {
        var value = value
        guard setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw .system(call: "setsockopt", errno: errno)
        }
    }
}
