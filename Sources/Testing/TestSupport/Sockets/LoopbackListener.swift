import Dispatch
import Glibc
import Synchronization

/// A TCP listener on 127.0.0.1, for tests that act as the server.
///
/// The calls block separate queues, not the cooperative pool, and give up after 30 seconds.
package final class LoopbackListener: Sendable {
    /// The port that the system chose.
    package let port: UInt16
    private let socket: LoopbackSocket
    private let queue = DispatchQueue(label: "test.listener")

    /// - Parameter backlog: The number of connections (plus one) that the system takes before ``accept()`` is called.
    package init(backlog: Int32 = 64) throws {
        // A write to a peer that has gone must be an error, and not end the test process.
        _ = signal(SIGPIPE, SIG_IGN)
        let descriptor = makeTCPSocket()
        guard descriptor >= 0 else { throw LoopbackFailure(call: "socket", errno: errno) }
        socket = LoopbackSocket(descriptor)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let size = length
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(descriptor, address, size) == 0, listen(descriptor, backlog) == 0 else { return Int32(-1) }
                return getsockname(descriptor, address, &length)
            }
        }
        guard result == 0 else { throw LoopbackFailure(call: "listen", errno: errno) }
        port = UInt16(bigEndian: address.sin_port)
    }

    /// The next connection.
    package func accept() async throws -> LoopbackConnection {
        let socket = socket
        let descriptor = try await run(on: queue) {
            try socket.wait(for: Int16(POLLIN))
            return try socket.use { descriptor in
                let accepted = Glibc.accept(descriptor, nil, nil)
                guard accepted >= 0 else { throw LoopbackFailure(call: "accept", errno: errno) }
                // Otherwise a child process that a test starts keeps the connection open.
                _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                return accepted
            }
        }
        return LoopbackConnection(descriptor)
    }

    /// Stops listening; a waiting ``accept()`` fails soon.
    package func close() {
        socket.close()
    }
}

/// The server's end of a connection. One task may read while another writes. The connection is closed when the last
/// reference is released.
package final class LoopbackConnection: Sendable {
    private let socket: LoopbackSocket
    private let reading = DispatchQueue(label: "test.connection.reading")
    private let writing = DispatchQueue(label: "test.connection.writing")

    init(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        socket = LoopbackSocket(descriptor)
    }

    /// The bytes that have arrived, at least one; nil when the peer has ended its side.
    package func read(upTo count: Int = 64 << 10) async throws -> [UInt8]? {
        let socket = socket
        return try await run(on: reading) { try Self.read(socket, count) }
    }

    /// Exactly `count` bytes; fewer only where the peer has ended its side.
    package func read(exactly count: Int) async throws -> [UInt8] {
        let socket = socket
        return try await run(on: reading) {
            var bytes: [UInt8] = []
            while bytes.count < count, let more = try Self.read(socket, count - bytes.count) { bytes += more }
            return bytes
        }
    }

    /// Sends all bytes.
    package func write(_ bytes: [UInt8]) async throws {
        let socket = socket
        try await run(on: writing) {
            var offset = 0
            while offset < bytes.count {
                try socket.wait(for: Int16(POLLOUT))
                let start = offset
                offset += try socket.use { descriptor in
                    let count = bytes[start...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
                    if count < 0, errno == EAGAIN { return 0 }
                    guard count >= 0 else { throw LoopbackFailure(call: "send", errno: errno) }
                    return count
                }
            }
        }
    }

    /// Ends this side, like a peer that has sent everything; reading continues.
    package func endOutput() {
        try? socket.use { _ = shutdown($0, Int32(SHUT_WR)) }
    }

    /// Closes the connection; waiting reads and writes fail soon.
    package func close() {
        socket.close()
    }

    /// Breaks the connection: the peer receives a reset, not an end.
    package func reset() {
        try? socket.use { descriptor in
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
        socket.close()
    }

    private static func read(_ socket: LoopbackSocket, _ count: Int) throws -> [UInt8]? {
        while true {
            try socket.wait(for: Int16(POLLIN))
            let bytes: [UInt8]? = try socket.use { descriptor in
                var failure: Int32 = 0
                let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                    let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
                    if count < 0 { failure = errno }
                    filled = max(0, count)
                }
                if failure == EAGAIN { return nil }
                guard failure == 0 else { throw LoopbackFailure(call: "recv", errno: failure) }
                return bytes
            }
            if let bytes { return bytes.isEmpty ? nil : bytes }
        }
    }
}

/// A call on a listener or connection of a test failed, exceeded its 30 seconds, or was interrupted by a close.
package struct LoopbackFailure: Error {
    /// The name of the call.
    package let call: String
    /// The operating system's reason.
    package let errno: Int32
    /// Whether the peer broke the connection, as a system does that closes a connection with unread bytes.
    package var isReset: Bool { errno == ECONNRESET }
}

/// A descriptor that is closed once, and never while a call uses it.
private final class LoopbackSocket: Sendable {
    private struct State {
        let descriptor: Int32
        var users = 0
        var isClosing = false
        var isClosed = false
    }

    private let state: Mutex<State>

    init(_ descriptor: Int32) {
        state = Mutex(State(descriptor: descriptor))
    }

    deinit {
        close()
    }

    /// Runs calls that do not block for long.
    func use<Result>(_ body: (Int32) throws -> Result) throws -> Result {
        let descriptor = try state.withLock { state in
            guard !state.isClosing else { throw LoopbackFailure(call: "use", errno: EBADF) }
            state.users += 1
            return state.descriptor
        }
        defer {
            state.withLock { state in
                state.users -= 1
                Self.closeIfUnused(&state)
            }
        }
        return try body(descriptor)
    }

    /// Waits in short steps, between which the socket may be closed.
    func wait(for events: Int16) throws {
        for _ in 0..<3000 {
            let isReady = try use { descriptor in
                var entry = pollfd(fd: descriptor, events: events, revents: 0)
                return poll(&entry, 1, 10) > 0
            }
            if isReady { return }
        }
        throw LoopbackFailure(call: "poll", errno: ETIMEDOUT)
    }

    func close() {
        state.withLock { state in
            state.isClosing = true
            Self.closeIfUnused(&state)
        }
    }

    private static func closeIfUnused(_ state: inout State) {
        guard state.isClosing, state.users == 0, !state.isClosed else { return }
        state.isClosed = true
        _ = Glibc.close(state.descriptor)
    }
}

private func makeTCPSocket() -> Int32 {
    socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
}

private func run<Result: Sendable>(
    on queue: DispatchQueue, _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        queue.async { continuation.resume(with: Swift.Result { try body() }) }
    }
}
